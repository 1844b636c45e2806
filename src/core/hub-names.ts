/** Owner and name in the Hub's own characters: no other place of its addresses can be meant. */
export const hubId = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

/** A path in a repository, or a revision: no step upwards, and nothing that an address gives another meaning. */
export const hubPath = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.+=, ()-]+(?:\/[\w.+=, ()-]+)*$/;

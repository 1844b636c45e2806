/** Letters of scripts other than the Latin one; Greek ones are letters of maths. */
const foreign = /[^\P{L}\p{Script=Latin}\p{Script=Greek}\p{Script=Common}]/u;
const foreignRun = /[^\P{L}\p{Script=Latin}\p{Script=Greek}\p{Script=Common}\p{M}]/gu;

/** Whether words of another script stand in a text: it is a sentence then, not maths. */
export const isForeign = (text: string): boolean => foreign.test(text);

/** `每份是 (2/5) 吨` as `(2/5)`; a text of words alone stays as it is. */
export const withoutForeign = (text: string): string => {
  if (!foreign.test(text) || !/\d/.test(text)) return text;
  const kept = text.replace(foreignRun, " ").trim();
  return /\d\s+[([{\\]*\d/.test(kept) ? text : kept;
};

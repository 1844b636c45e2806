/**
 * No text has fewer tokens than a token for so many characters: white space and rules in code come near it, prose has a
 * sixth of it. A longer text than that is refused before it is read into tokens, which nobody else can interrupt.
 */
const charactersPerToken = 32;

/** Characters that a text may have to fit into a context. */
export const mostCharactersFor = (contextLength: number): number => contextLength * charactersPerToken;

/** Letters, digits, white space or other signs in a row: some tokenizers take a frame of the stack for each. */
const mostInARow = 5_000;

const kinds = [/[\p{L}\p{M}]/u, /\p{N}/u, /\s/u];

const kindOf = (code: number, character: string): number => {
  if (code < 0x80) {
    if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) return 0;
    if (code >= 0x30 && code <= 0x39) return 1;
    return code === 0x20 || (code >= 9 && code <= 13) ? 2 : 3;
  }
  const kind = kinds.findIndex((pattern) => pattern.test(character));
  return kind < 0 ? 3 : kind;
};

/** Whether a text has so many characters of one kind in a row that a tokenizer could end the process. */
export const hasEndlessRun = (text: string): boolean => {
  if (text.length <= mostInARow) return false;
  let [kind, run] = [-1, 0];
  for (const character of text) {
    const next = kindOf(character.codePointAt(0) ?? 0, character);
    run = next === kind ? run + 1 : 1;
    kind = next;
    if (run > mostInARow) return true;
  }
  return false;
};

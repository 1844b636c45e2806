/**
 * The text of a token behind others, where tokenizers put no blank away; empty for a part of a character.
 * `textOf`: text of any ids.
 */
export function pieceText(textOf: (ids: readonly number[]) => string, id: number): string {
  const [once, twice] = [textOf([id]), textOf([id, id])];
  if (twice.includes("\ufffd")) return "";
  return twice.startsWith(once) ? twice.slice(once.length) : "";
}

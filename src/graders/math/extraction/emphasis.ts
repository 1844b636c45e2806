/** `**57**`, `__57__`, `*57*` and `` `57` `` around words, not the power of `2**3` or the product of `2 * 3 * 4`. */
const emphasised: readonly RegExp[] = [
  /(?<![\w)\]}*\\])\*\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*\*(?![\w*])/g,
  /(?<![\w)\]}*\\]|[\w)\]}] )\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*(?![\w*(])/g,
  /(?<!\w|\\)__(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s_])__(?!\w)/g,
  /(?<![\w`])`(?=[^\s`])([^`\n]{1,1000}?)(?<=[^\s`])`(?![\w`])/g,
];

/** The text without its emphasis. */
export const withoutEmphasis = (text: string): string =>
  /[*_`]/.test(text) ? emphasised.reduce((plain, mark) => plain.replace(mark, "$1"), text) : text;

/** What is set in bold in a text, in order. */
export const boldParts = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w)\]}*\\])\*\*(?=[^\s*])([^*\n]{1,200}?)(?<=[^\s*])\*\*(?![\w*])/g)].map(
    ([, part = ""]) => part,
  );

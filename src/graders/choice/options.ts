import { extractAnswer } from "../math/extraction/final-answer.ts";
import { gradeAnswer } from "../math/grade-answer.ts";

/** The text of each option of a question by its letter. */
export type Options = ReadonlyMap<string, string>;

const line = /^[ \t]{0,8}[-*]?\s?\(?([A-Z])[).:][ \t]+(\S.*)$/gm;
const inline = /(?:^|\s)\(([A-Z])\)\s+(\S[^\n]*?)(?=\s+\([A-Z]\)\s|\s*$)/gm;

/** The last list of options in a question that begins with A and leaves no letter out; empty when there is none. */
export const optionsOf = (question: string): Options => {
  for (const shape of [line, inline]) {
    const found = [...question.matchAll(shape)].map(([, letter = "", text = ""]): [string, string] => [
      letter,
      text.trim(),
    ]);
    const start = found.findLastIndex(([letter]) => letter === "A");
    const list = found.slice(Math.max(start, 0)).filter(([letter], at) => letter === letterAt(at));
    if (start >= 0 && list.length > 1) return new Map(list);
  }
  return new Map();
};

const letterAt = (at: number): string => String.fromCharCode(65 + at);

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\\(?:text|mathrm|textbf)\s*\{([^{}]*)\}/g, "$1")
    .replace(/^(?:the|a|an)\s+|[\s$.,;:!?'"`*]+$/g, "")
    .replace(/\s+/g, " ")
    .trim();

const matching = (options: Options, test: (text: string) => boolean): string | null => {
  const letters = [...options].filter(([, text]) => test(text)).map(([letter]) => letter);
  return letters.length === 1 ? (letters[0] as string) : null;
};

/** The letter of the one option that has this text, or this value. */
export const optionOfText = (options: Options, text: string): string | null =>
  matching(options, (option) => plain(option) === plain(text)) ??
  matching(options, (option) => /\d|\\/.test(option) && gradeAnswer(option, text).equal);

/** The letter of the one option that a response names by its text instead of its letter. */
export const namedOption = (options: Options, response: string): string | null => {
  if (options.size === 0) return null;
  const found = extractAnswer(response);
  const letter = found && optionOfText(options, found.answer);
  return letter ?? inLastSentence(options, response);
};

const inLastSentence = (options: Options, response: string): string | null => {
  const last = plain(
    response
      .trimEnd()
      .slice(-400)
      .split(/\n|(?<=[a-z)\d][.!?])\s+(?=[A-Z])/)
      .at(-1) ?? "",
  );
  if (/\b(?:not|never|cannot|except|wrong|incorrect)\b|n['’]t\b/.test(last)) return null;
  return matching(options, (option) => {
    const text = plain(option);
    const at = text.length > 2 && /[a-z]/.test(text) ? last.indexOf(text) : -1;
    return at >= 0 && !/[a-z\d]/.test(last[at - 1] ?? "") && !/[a-z\d]/.test(last[at + text.length] ?? "");
  });
};

import { withoutThoughts } from "./thoughts.ts";

/** Most characters of an answer part that are searched: its end, where final answers stand. */
const longest = 50_000;

/**
 * What a model says after it has thought: outside all thoughts, after s1's answer mark `<|im_start|>answer`, or after
 * the last `<|im_start|>` without its first line, up to where another turn or another example begins.
 */
export const answerPart = (response: string): string => {
  const own = response.slice(0, nextTurn(response));
  const said = withoutThoughts(own);
  const part = after(said, "<|im_start|>answer\n") ?? afterTurn(said) ?? said;
  return withoutNextExample(part)
    .replace(/(?:<\|(?:im_end|endoftext|eot_id|end_of_text|end|return)\|>|<\/s>|<\/answer>|<answer>)/g, " ")
    .slice(-longest)
    .replace(/[ \t\r\n]{24,}/g, "\n\n")
    .trim();
};

/** Where somebody else's turn begins, that a model ran on into. */
const nextTurn = (text: string): number => {
  const at = text.search(/<\|im_start\|>(?:user|system)|<\|start_header_id\|>(?:user|system)|<\|(?:user|User)\|>/);
  return at > 0 ? at : text.length;
};

const after = (text: string, mark: string): string | undefined => {
  const at = text.lastIndexOf(mark);
  return at < 0 ? undefined : text.slice(at + mark.length);
};

const afterTurn = (text: string): string | undefined => {
  const turn = after(text, "<|im_start|>");
  const line = turn?.indexOf("\n") ?? -1;
  return turn === undefined || line < 0 ? turn : turn.slice(line + 1);
};

const example =
  /\n[ \t]{0,4}(?:#{1,3} |\*\*)?(?:question|q|problem|exercise|human|user|input)(?: \d{1,4})?(?:\*\*)?[:.)]/gi;
const answered = /(?:^|\n)[ \t]{0,4}####|\\boxed|\banswer\b/i;

/** A base model that has answered may run on into a next question of its own. */
const withoutNextExample = (text: string): string => {
  for (const match of text.matchAll(example))
    if (answered.test(text.slice(0, match.index)) || /^\s*\S{1,40}\s*$/.test(text.slice(0, match.index)))
      return text.slice(0, match.index);
  return text;
};

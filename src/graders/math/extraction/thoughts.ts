/** How models mark their thoughts: what opens one and what closes it. */
const marks: readonly (readonly [open: RegExp, close: RegExp])[] = [
  [
    /<(?:think|thinking|thought|thoughts|reasoning|seed:think|reflection|scratchpad)>/gi,
    /<\/(?:think|thinking|thought|thoughts|reasoning|seed:think|reflection|scratchpad)>/gi,
  ],
  [/\[THINK\]/g, /\[\/THINK\]/g],
  [/◁think▷/g, /◁\/think▷/g],
  [/<\|(?:begin_of_thought|START_THINKING|inner_prefix)\|>/g, /<\|(?:end_of_thought|END_THINKING|inner_suffix)\|>/g],
  [/<\|channel>thought/g, /<channel\|>/g],
  [/<\|open\|>think<\|sep\|>/g, /<\|close\|>think<\|sep\|>/g],
  [/^\s*Here are my reasoning steps:/g, /\[BEGIN FINAL RESPONSE\]/g],
  [
    /<\|channel\|>\s*(?:analysis|commentary)/g,
    /<\|channel\|>\s*final\s*(?:<\|[^|<>]{1,40}\|>[^<]{0,40})?<\|message\|>/g,
  ],
];

/**
 * The text after the last thought. A thought that is opened there and never closed ends the text: it is no answer,
 * whatever it says. A text without marks is no thought.
 */
export const withoutThoughts = (text: string): string => {
  let said = text;
  for (const [open, close] of marks) {
    const closed = lastEnd(said, close);
    said = said.slice(closed);
    const opened = said.search(new RegExp(open.source, open.flags.replace("g", "")));
    if (opened >= 0) said = said.slice(0, opened);
  }
  return said;
};

const lastEnd = (text: string, mark: RegExp): number => {
  const last = [...text.matchAll(mark)].at(-1);
  return last ? last.index + last[0].length : 0;
};

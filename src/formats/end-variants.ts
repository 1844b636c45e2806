import type { Engine } from "../ports/engine.ts";
import type { ThoughtEnd } from "../ports/method.ts";

/** Text that may be next to an end mark: single characters, and frequent pairs. */
const signs = Array.from({ length: 95 }, (_, at) => String.fromCodePoint(32 + at));
const closing = [".", ",", ")", "]", "}", '"', "'", "!", "?", "$", "*", ":", ">", "。"];
const before = [
  ...signs,
  "\n",
  "\n\n",
  ".\n",
  ".\n\n",
  " \n",
  "\t",
  ...closing.flatMap((one) => closing.map((two) => one + two)),
];
const behind = [...signs, "\n", "\n\n", "\n\n\n", " \n", "\r\n"];

type Whole = Readonly<{ ids: readonly number[]; from: number }>;

const startsWith = (ids: readonly number[], part: readonly number[]): boolean => part.every((id, at) => ids[at] === id);

/** How many ids at the start of a text's are those of what stands before the mark. */
const commonStart = (ids: readonly number[], lead: readonly number[]): number => {
  const at = lead.findIndex((id, index) => ids[index] !== id);
  return at < 0 ? lead.length : at;
};

/**
 * The ways in which an end mark of ordinary text is written: its first and its last token may merge with what stands
 * beside it, `.</think>` as `.</` `th` `ink` `>`. Each is a sequence to stop at.
 */
export const endVariants = async (mark: string, engine: Engine): Promise<readonly ThoughtEnd[]> => {
  const encode = (text: string) => engine.tokenize(text, { special: true });
  const own = await encode(mark);
  const leads = await Promise.all(
    before.map(async (text): Promise<ThoughtEnd | null> => {
      const [lead, whole] = await Promise.all([encode(text), encode(text + mark)]);
      const from = commonStart(whole, lead);
      const ids = whole.slice(from);
      if (from === lead.length) return null;
      const kept = await engine.detokenize(whole.slice(0, from));
      // Text of the thought that the first token of the end holds too.
      return text.startsWith(kept) && kept.length < text.length
        ? { ids, shared: 1, text: text.slice(kept.length) }
        : null;
    }),
  );
  const starts: readonly ThoughtEnd[] = [{ ids: own, shared: 0, text: "" }, ...leads.filter((end) => end !== null)];
  const tails = await Promise.all(
    behind.map(async (text): Promise<Whole | null> => {
      const whole = await encode(mark + text);
      if (startsWith(whole, own)) return null;
      const from = commonStart(whole, own);
      return (await reachesPast(whole.slice(0, from + 1), mark, engine))
        ? { ids: whole.slice(0, from + 1), from }
        : null;
    }),
  );
  return distinct([
    ...starts,
    ...starts.flatMap((start) => tails.flatMap((tail) => (tail ? merged(start, tail, own) : []))),
  ]);
};

/** The first token that differs holds the end of the mark and more. */
const reachesPast = async (ids: readonly number[], mark: string, engine: Engine): Promise<boolean> => {
  const text = await engine.detokenize(ids);
  return text.startsWith(mark) && text.length > mark.length;
};

/** A start with its last tokens in the form of a tail, where the two meet. */
const merged = (start: ThoughtEnd, { ids, from }: Whole, own: readonly number[]): readonly ThoughtEnd[] => {
  const dropped = own.length - from;
  if (start.ids.length <= dropped || !endsAlike(start.ids, own, dropped)) return [];
  return [{ ...start, ids: [...start.ids.slice(0, start.ids.length - dropped), ...ids.slice(from)] }];
};

const endsAlike = (a: readonly number[], b: readonly number[], count: number): boolean =>
  Array.from({ length: count }, (_, at) => at + 1).every((at) => a.at(-at) === b.at(-at));

const distinct = (ends: readonly ThoughtEnd[]): readonly ThoughtEnd[] => [
  ...new Map(ends.map((end) => [end.ids.join(), end])).values(),
];

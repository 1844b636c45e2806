import { stretchesOf } from "../core/marks.ts";
import type { Engine } from "../ports/engine.ts";

export type Prompt = Readonly<{ ids: readonly number[]; text: string }>;

/** A prompt with {problem} in it, cut around the question. */
export type Around = Readonly<{ before: string; after: string }>;

export const aroundQuestion = (template: string): Around => {
  const [before = "", after = ""] = template.split("{problem}");
  return { before, after };
};

type Run = { text: string; special: boolean };

/** What stands between two contents: text, then everything from its first mark to its last, then text. */
const runsOf = (between: string, marks: readonly string[]): readonly Run[] => {
  const found = stretchesOf(between, marks).filter(({ mark }) => mark);
  const [from, to] = [
    found[0]?.at ?? between.length,
    (found.at(-1)?.at ?? between.length) + (found.at(-1)?.text.length ?? 0),
  ];
  return [
    { text: between.slice(0, from), special: false },
    { text: between.slice(from, to), special: true },
    { text: between.slice(to), special: false },
  ];
};

type Filling = Readonly<{
  /** What is written around the contents: one more than there are of them. */
  betweens: readonly string[];
  /** Texts that stay text, whatever they hold. */
  contents: readonly string[];
  marks: readonly string[];
}>;

/**
 * Encodes contents together with the plain text next to them, as it would be in one string; marks between them become
 * tokens.
 */
export const fillIn = async ({ betweens, contents, marks }: Filling, engine: Engine): Promise<Prompt> => {
  const runs: Run[] = [];
  const add = ({ text, special }: Run): void => {
    const last = runs.at(-1);
    if (text === "") return;
    if (last?.special === special) last.text += text;
    else runs.push({ text, special });
  };
  betweens.forEach((between, at) => {
    runsOf(between, marks).forEach(add);
    add({ text: contents[at] ?? "", special: false });
  });
  const ids = await Promise.all(runs.map(({ text, special }) => engine.tokenize(text, { special })));
  return { ids: ids.flat(), text: runs.map(({ text }) => text).join("") };
};

/** Makes prompts of a template for one question. */
export const promptMaker =
  ({ before, after }: Around, marks: readonly string[], engine: Engine): ((question: string) => Promise<Prompt>) =>
  (question) =>
    fillIn({ betweens: [before, after], contents: [question], marks }, engine);

import type { Span } from "../../../ports/engine.ts";
import { isGreedy } from "../../../core/sampling.ts";
import { positionSeed } from "../position-seed.ts";
import type { ScriptedOptions } from "./options.ts";
import { createRules } from "./rules.ts";
import { createSeeded, type SeededModel } from "./seeded.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type Position = Readonly<{ ids: readonly number[]; text: string; masked: ReadonlySet<number> }>;
/** `others`: probabilities of the tokens that could have come too. */
export type Next = Readonly<{ id: number; probability: number; others: readonly number[] }>;

/** The token after a position: the best rule's, else the seeded model's, else the end of the turn. */
export const createNext = (options: ScriptedOptions, vocabulary: Vocabulary) => {
  const rules = createRules(options.rules, vocabulary);
  const ending = createRules([{ after: "", emit: options.end_of_turn }], vocabulary);
  const seeded = options.seeded && createSeeded(options.seeded, options, vocabulary);
  return ({ ids, text, masked }: Position, span: Span): Next => {
    const draw = isGreedy(span.sampling) ? null : positionSeed(span.seed, ids.length);
    const choose = (choices: number): number => (draw ?? 0) % choices;
    const allowed = ({ id }: { id: number }): boolean => !masked.has(id);
    const ruled = rules({ text, choose }).find(allowed);
    if (ruled) {
      const choices = draw === null ? 1 : ruled.choices;
      return { id: ruled.id, probability: 1 / choices, others: Array.from({ length: choices - 1 }, () => 1 / choices) };
    }
    const drawn = seeded && drawSeeded(seeded, { ids, text, masked }, draw);
    const last = drawn ?? ending({ text, choose }).find(allowed) ?? { id: filler(masked) };
    return { probability: 1, others: [], ...last };
  };
};

/** The model's own number moves with the prefix, the span's with seed and position; their sum does with both. */
const drawSeeded = (model: SeededModel, { ids, masked }: Position, draw: number | null): Next | undefined => {
  const weights = [...model.weights(ids)].filter(([id, weight]) => weight > 0 && !masked.has(id));
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = ((model.random(ids) + (draw ?? 0) / 2 ** 31) % 1) * total;
  const found = weights.find(([, weight]) => (left -= weight) < 0) ?? weights.at(-1);
  return (
    found && {
      id: found[0],
      probability: found[1] / total,
      others: weights.filter((each) => each !== found).map(([, weight]) => weight / total),
    }
  );
};

/** Written where everything else is masked: a full stop, or the first character after it that is not. */
const filler = (masked: ReadonlySet<number>): number => {
  let id = ".".codePointAt(0) ?? 0;
  while (masked.has(id)) id++;
  return id;
};

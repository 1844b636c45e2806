import { z } from "zod";
import type { StatedFacts } from "../core/facts.ts";
import { seedOf } from "../core/hash.ts";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { forced, type Ids } from "./pieces.ts";
import { closing, conclude, type Ending, grow, type Grown, opened, openWalk, thinking, type Walk } from "./walk.ts";
import { waysOf } from "./ways-of.ts";

/** Ends of a paragraph, as the authors list them. */
const paragraphEnds = ["\n\n", ",\n\n", ".\n\n", "]\n\n", ")\n\n", "],\n\n", "].\n\n", ").\n\n", ".)\n\n"];

export const Alpha = z.strictObject({
  alpha: z
    .number()
    .positive()
    .default(1.4)
    .describe(
      "The alpha moment, in natural thinking lengths: up to it words are inserted, from it on the model's own close.",
    ),
  natural_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "Mean natural thinking length of the model on the data set. Null: that of the stored natural thoughts of the " +
        "same model and data set.",
    ),
  schedule: z
    .enum(["linear", "constant", "increase", "exponential"])
    .default("linear")
    .describe(
      "Chance of an insertion up to the alpha moment: falling from `probability` to 0 (linear), constant, rising " +
        "from 0, or falling as exp(-5 t).",
    ),
  probability: z.number().min(0).max(1).default(1).describe("Greatest chance of an insertion."),
  word: z
    .string()
    .min(1)
    .default("Wait")
    .describe("Word that is inserted, and that closes the thought from the alpha moment on."),
  paragraph_ends: z
    .array(z.string().min(1))
    .min(1)
    .default(paragraphEnds)
    .describe("Texts behind which the word may be inserted, each tokenized by itself."),
});
export type Alpha = z.infer<typeof Alpha>;

/** Chance of an insertion after `at` of the tokens up to the alpha moment. */
export function insertionChance(at: number, moment: number, { schedule, probability }: Alpha): number {
  const t = Math.min(1, at / moment);
  if (t >= 1) return 0;
  if (schedule === "constant") return probability;
  if (schedule === "increase") return probability * t;
  return probability * (schedule === "linear" ? 1 - t : Math.exp(-5 * t));
}

type Seen = Readonly<{ thinking: number; moment: number; ending: Ending["by"] | null; chance: number; random: number }>;

/** What follows where the thought stopped. Before the alpha moment an end stands; after it the word closes. */
export function alphaDecision({
  thinking: used,
  moment,
  ending,
  chance,
  random,
}: Seen): "stand" | "insert" | "on" | "close" {
  if (ending === "mark" || ending === "turn") return "stand";
  if (used < moment) return ending === "text" && random < chance ? "insert" : "on";
  return ending === "text" ? "close" : "on";
}

async function* alphaOne(task: Task, options: Alpha): AsyncGenerator<Piece, void, undefined> {
  const walk = await openWalk(task);
  const moment = Math.round(options.alpha * naturalOf(task, options));
  const paragraphs = await encoded(task, options.paragraph_ends);
  const word = await task.encode(options.word);
  let thought: Ids = [];
  yield* opened(task);
  const slow = Math.min(moment, walk.room);
  while (thought.length < slow) {
    const grown = await grow(walk, thought, { most: slow - thought.length, texts: paragraphs });
    if (grown.ending && grown.ending.by !== "text") return yield* stand(walk, thought, grown);
    const kept = [...grown.tokenIds, ...(grown.ending?.ids ?? [])];
    thought = [...thought, ...kept];
    if (kept.length > 0) yield thinking(kept);
    if (!grown.ending || !decided(task, options, { thinking: thought.length, moment })) continue;
    if (thought.length + word.length > walk.room) continue;
    thought = [...thought, ...word];
    yield forced("continuation", word);
  }
  const words = await waysOf(task, options.word);
  const grown = await grow(walk, thought, { most: walk.room - thought.length, texts: words });
  if (grown.ending?.by !== "text") return yield* stand(walk, thought, grown);
  const position = thought.length + grown.tokenIds.length;
  task.decide?.({ position, rule: "alpha", value: null, threshold: moment, outcome: "close", detail: options.word });
  yield* stand(walk, thought, { ...grown, ending: null });
}

const naturalOf = ({ naturalTokens }: Task, { natural_tokens }: Alpha): number => {
  const natural = natural_tokens ?? naturalTokens ?? null;
  if (natural === null)
    throw new UserError("alpha needs the natural thinking length, and none is stored for this model and data set", {
      hint: "give natural_tokens, or run a natural point such as budget-forcing: {} first",
    });
  return natural;
};

/** Draws whether the word is inserted here, and keeps why. */
function decided(task: Task, options: Alpha, { thinking: used, moment }: Pick<Seen, "thinking" | "moment">): boolean {
  const chance = insertionChance(used, moment, options);
  const random = task.random?.(used) ?? seedOf(task.problem.id, used) / 2 ** 32;
  const outcome = alphaDecision({ thinking: used, moment, ending: "text", chance, random });
  if (used < moment) task.decide?.({ position: used, rule: "alpha", value: random, threshold: chance, outcome });
  return outcome === "insert";
}

/** The thought ends here: by its own end, or closed. */
async function* stand(walk: Walk, thought: Ids, { tokenIds, ending }: Pick<Grown, "tokenIds" | "ending">) {
  if (tokenIds.length > 0 || ending) yield thinking(tokenIds, ending);
  yield* await conclude(walk, [...thought, ...tokenIds], closing(walk.task, ending));
}

async function encoded({ encode }: Pick<Task, "encode">, texts: readonly string[]): Promise<readonly Ids[]> {
  const all = await Promise.all(texts.map((text) => encode(text)));
  return all.filter((ids) => ids.length > 0);
}

const check = async ({ model }: Fit, { word }: Alpha): Promise<void> => {
  if (model && (await waysOf(model, word)).length === 0)
    throw new UserError(`the model has no token for ${JSON.stringify(word)}`, { hint: "name another word" });
};

const facts = ({ schedule, word }: Alpha): StatedFacts => ({
  role: "other",
  continuation: word,
  family: `slow then fast (AlphaOne)${schedule === "linear" ? "" : `, ${schedule}`}`,
  along: ["alpha"],
});

function cost({ alpha, natural_tokens }: Alpha, { natural }: Assumptions): Cost {
  const tokens = alpha * (natural_tokens ?? natural);
  return {
    thinking: tokens,
    worstThinking: Infinity,
    chains: 1,
    requests: 3,
    stretches: [{ name: `alpha ${alpha}`, tokens }],
  };
}

/** Inserts Wait while the thought is young, and lets the model's Wait close it when it is old (AlphaOne). */
export const alphaMethod: Method<Alpha> = {
  name: "alpha",
  options: Alpha,
  label: ({ alpha, schedule }) => `alpha ${alpha}${schedule === "linear" ? "" : ` ${schedule}`}`,
  facts,
  cost,
  check,
  needsNaturalLength: ({ natural_tokens }) => natural_tokens === null,
  findsMergedEnds: true,
  run: alphaOne,
};

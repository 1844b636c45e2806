import { leastOf } from "../core/extremes.ts";
import { z } from "zod";
import type { StatedFacts } from "../core/facts.ts";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { endsWith, forced, type Ids } from "./pieces.ts";
import {
  asksForAnswer,
  closing,
  conclude,
  type Ending,
  forcedEnd,
  grow,
  opened,
  openWalk,
  thinking,
  type Walk,
} from "./walk.ts";
import { waysOf } from "./ways-of.ts";

const trialText = "\n**Final Answer**\n\\boxed";

/** The authors' length limit, where the context holds it. */
const lengthLimit = 16384;

/** Closer than this to the end of its room a thought is closed. */
const margin = 50;

export const Deer = z.strictObject({
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe("The thought is over where the confidence of a trial answer is above it."),
  policy: z
    .enum(["avg2", "avg1", "min"])
    .default("avg2")
    .describe(
      "Confidence of a trial: geometric mean (avg2), arithmetic mean (avg1) or least (min) of the probabilities of " +
        "its tokens from the second on.",
    ),
  transition: z
    .string()
    .min(1)
    .default("Wait")
    .describe("Word at which a trial is made. The authors have another one: Alternatively."),
  max_trials: z.int().positive().default(10).describe("Most trials. After them the thought runs to its own end."),
  trial_text: z
    .string()
    .min(1)
    .default(trialText)
    .describe(
      "What is written on the side branch to ask for the answer. For GPQA the authors write " +
        "`\\n**Final Answer**\\nI believe the final answer, rather than the option, is \\boxed`.",
    ),
  trial_end: z
    .enum(["thought", "turn"])
    .default("thought")
    .describe("What ends a trial: the end mark of the thought, or the end of the turn."),
  max_trial_tokens: z.int().positive().default(20).describe("Most tokens of a trial."),
  skip_tokens: z
    .int()
    .nonnegative()
    .default(1)
    .describe("Tokens at the beginning of a trial that do not count: the authors leave out the first, the brace."),
  trial_temperature: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Sampling temperature of trials. Null: that of the experiment. The authors' program leaves it at 1."),
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Length limit of thought and answer. Null: 16384 as the authors have it, or what the context holds."),
  think_ratio: z
    .number()
    .gt(0)
    .max(1)
    .default(0.9)
    .describe("Share of the length limit that the thought may take. The authors' script takes 0.6."),
});
export type Deer = z.infer<typeof Deer>;

/** A trial answer: the log-probabilities of its sampled tokens, and whether it ended as it has to. */
export type Trial = Readonly<{ logprobs: readonly number[]; ended: boolean }>;

/** Confidence of a trial, 0 to 1: over its tokens from the second on, its end too; 0 where it did not end. */
export function trialConfidence({ logprobs, ended }: Trial, policy: Deer["policy"], skip = 1): number {
  const counted = logprobs.slice(skip);
  if (!ended || counted.length === 0) return 0;
  const probabilities = counted.map((each) => Math.exp(each));
  if (policy === "min") return leastOf(probabilities);
  if (policy === "avg1") return probabilities.reduce((sum, each) => sum + each, 0) / counted.length;
  return Math.exp(counted.reduce((sum, each) => sum + Math.max(each, Math.log(1e-10)), 0) / counted.length);
}

type Seen = Readonly<{ thinking: number; room: number; confidence: number; threshold: number }>;

/** What follows a trial. */
export function deerDecision({ thinking: used, room, confidence, threshold }: Seen): "exit" | "full" | "on" {
  if (confidence > threshold) return "exit";
  return used >= room - margin ? "full" : "on";
}

const roomOf = ({ room }: Walk, { max_tokens, think_ratio }: Deer): number =>
  Math.min(room, Math.floor((max_tokens ?? lengthLimit) * think_ratio));

async function* deer(task: Task, options: Deer): AsyncGenerator<Piece, void, undefined> {
  const walk = await openWalk(task);
  const room = roomOf(walk, options);
  const texts = await waysOf(task, options.transition);
  let thought: Ids = [];
  let trials = 0;
  yield* opened(task);
  for (;;) {
    const watched = trials < options.max_trials ? texts : [];
    const { tokenIds, ending } = await grow(walk, thought, {
      most: Math.max(0, room - thought.length),
      texts: watched,
    });
    const before = [...thought, ...tokenIds];
    if (ending?.by === "mark" || trials >= options.max_trials) {
      yield thinking(tokenIds, ending);
      return yield* await conclude(walk, before, closing(task, ending));
    }
    trials++;
    const { pieces, trial, isAnswer } = await ask(walk, before, options);
    const confidence = trialConfidence(trial, options.policy, options.skip_tokens);
    const outcome = deerDecision({ thinking: before.length, room, confidence, threshold: options.threshold });
    task.decide?.({
      position: before.length,
      rule: "deer",
      value: confidence,
      threshold: options.threshold,
      outcome,
      detail: await task.decode(trialIds(pieces)),
    });
    if (outcome !== "on") {
      yield thinking(tokenIds);
      if (!isAnswer) yield* pieces;
      return yield* await conclude(walk, before, forcedEnd(task.delimiters));
    }
    const { kept, added } = await goneOn(task, { tokenIds, ending, word: options.transition });
    yield kept;
    yield* pieces;
    yield* added;
    thought = [...thought, ...kept.tokenIds, ...added.flatMap((piece) => piece.tokenIds)];
  }
}

const trialIds = (pieces: readonly Piece[]): Ids =>
  pieces.findLast(({ origin }) => origin === "sampled")?.tokenIds ?? [];

type Stopped = Readonly<{ tokenIds: Ids; ending: Ending | null; word: string }>;

/** The word that the model wrote stays; where it wanted to end its turn, the word takes the place of the end. */
async function goneOn({ encode }: Pick<Task, "encode">, { tokenIds, ending, word }: Stopped) {
  if (ending?.by === "text") return { kept: thinking([...tokenIds, ...ending.ids]), added: [] };
  return { kept: thinking(tokenIds, ending), added: [forced("continuation", await encode(word))] };
}

/** A trial answer on a side branch. */
async function ask(
  walk: Walk,
  thought: Ids,
  { trial_text, trial_end, max_trial_tokens, trial_temperature }: Deer,
): Promise<Readonly<{ pieces: readonly Piece[]; trial: Trial; isAnswer: boolean }>> {
  const { task, prompt } = walk;
  const { thinkingStart, thinkingEnd, endOfTurn } = task.delimiters;
  const words = await task.encode(trial_text, { special: true });
  const ends = trial_end === "thought" ? [thinkingEnd] : endOfTurn;
  const room = task.contextLength - prompt.length - thinkingStart.length - thought.length - words.length;
  if (room < 1) return { pieces: [], trial: { logprobs: [], ended: false }, isAnswer: false };
  const go = task.chain(prompt, 0, trial_temperature === null ? {} : { temperature: trial_temperature });
  const { tokenIds, logprobs } = await go({
    after: [...thinkingStart, ...thought, ...words],
    maxTokens: Math.min(max_trial_tokens, room),
    stops: [...ends, ...endOfTurn],
  });
  if (logprobs === null) throw new Error("the engine gave no log-probabilities for a trial");
  const ended = ends.some((end) => endsWith(tokenIds, end));
  const pieces: readonly Piece[] = [
    forced("probe", words),
    { kind: "probe", origin: "sampled", stop: ended ? "delimiter" : "length", tokenIds },
  ];
  return { pieces, trial: { logprobs, ended }, isAnswer: asksForAnswer(walk, go, words) };
}

async function check({ model }: Fit, { trial_text, transition }: Deer): Promise<void> {
  if (!model) return;
  await model.encode(trial_text, { special: true });
  if ((await waysOf(model, transition)).length === 0)
    throw new UserError(`the model has no token for ${JSON.stringify(transition)}, so no trial can be made there`, {
      hint: "name another transition",
    });
}

const facts = ({ transition }: Deer): StatedFacts => ({
  role: "other",
  family: `early exit (DEER)${transition === "Wait" ? "" : `, ${transition}`}`,
  along: ["threshold"],
});

/** Trials are taken for made once in 100 tokens, and for asked up to their end. */
function cost(
  { max_tokens, think_ratio, max_trials, max_trial_tokens, trial_text }: Deer,
  { natural }: Assumptions,
): Cost {
  const most = max_tokens === null ? Infinity : Math.floor(max_tokens * think_ratio);
  const thinkingTokens = Math.min(natural, most);
  const trials = Math.min(max_trials, Math.ceil(thinkingTokens / 100));
  const perToken =
    Number.isFinite(thinkingTokens) && thinkingTokens > 0 ? (trials * max_trial_tokens) / thinkingTokens : 0;
  return {
    thinking: thinkingTokens,
    worstThinking: most,
    chains: 1,
    requests: 2 + 2 * trials,
    stretches: [{ name: "", tokens: thinkingTokens }],
    beside: { name: `deer ${trial_text}`, perToken },
  };
}

/** Tries to answer at each transition, and leaves once the trial is confident (DEER, arXiv 2504.15895). */
export const deerMethod: Method<Deer> = {
  name: "deer",
  options: Deer,
  label: ({ threshold, policy }) => `deer >${threshold}${policy === "avg2" ? "" : ` ${policy}`}`,
  facts,
  cost,
  check,
  needs: () => ["logprobs"],
  findsMergedEnds: true,
  run: deer,
};

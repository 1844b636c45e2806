import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import { confidenceMeasures, percentile, stoppedAt } from "../metrics/confidence.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { checkDraws, elected, heaviest, openDraws, partiesOf, type Voice, voiceOf } from "./pool.ts";
import { closing, conclude, grow, opened, thinking, type Walk } from "./walk.ts";

/** Share of the warm-up thoughts that lies under the bar, in percent. */
const under = { high: 10, low: 90 } as const;

export const ConfidenceStop = z.strictObject({
  bar: z
    .union([z.number(), z.enum(["high", "low"])])
    .default("high")
    .describe(
      "Confidence of a window under which a thought is stopped. high and low: the 10th and the 90th percentile of " +
        "the lowest windows of the warm-up thoughts (DeepConf-high, DeepConf-low). A number: this bar, for one " +
        "thought.",
    ),
  window: z.int().positive().default(2048).describe("Tokens of a window. Only full windows stop a thought."),
  warmup: z.int().positive().default(16).describe("Thoughts drawn whole, by which the bar is found."),
  traces: z.int().positive().default(512).describe("Thoughts in all, where the bar is found by a warm-up."),
  tau: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .default(0.95)
    .describe("Stop drawing once the leading answer has this share of the weights. Null: draw all."),
  at_once: z.int().positive().default(16).describe("Thoughts after the warm-up that are drawn at once."),
  every: z.int().positive().default(64).describe("Tokens between two looks at the windows."),
  stopped: z
    .enum(["drop", "answer"])
    .default("drop")
    .describe("With a bar that is a number: a stopped thought has no answer (drop), or is closed and answered."),
});
export type ConfidenceStop = z.infer<typeof ConfidenceStop>;

/** A thought with its confidences; `stopped`: it fell below the bar and was not thought to its end. */
type Watched = Readonly<{ one: Grown; confidences: readonly number[]; stopped: boolean }>;
type Grown = Awaited<ReturnType<typeof openDraws>>[number];

/**
 * The same thought decoded in another batch has other last digits. Equal thoughts are frequent, and one that sets the
 * bar is not below it.
 */
const NOISE = 1e-4;

/** Grows a thought until a window falls below the bar, or to its end. What was decoded beyond is paid for. */
async function watch(one: Grown, bar: number, { window, every }: ConfidenceStop): Promise<Watched> {
  let [thought, confidences]: [readonly number[], readonly number[]] = [[], []];
  const { walk } = one;
  for (;;) {
    const { tokenIds, ending, sampled } = await grow(walk, thought, {
      most: Math.min(every, walk.room - thought.length),
    });
    thought = [...thought, ...tokenIds];
    confidences = [...confidences, ...confidencesIn(sampled.signals?.confidences, tokenIds.length)];
    const at = stoppedAt(confidences, window, bar - NOISE);
    if (at !== null)
      return {
        one: { ...one, thought: thought.slice(0, at), isOver: true },
        confidences: confidences.slice(0, at),
        stopped: true,
      };
    if (ending || thought.length >= walk.room)
      return { one: { ...one, thought, ending, isOver: true }, confidences, stopped: false };
  }
}

function confidencesIn(told: readonly number[] | undefined, count: number): readonly number[] {
  if (!told && count > 0) throw new Error("the engine gave no confidences");
  return told?.slice(0, count) ?? [];
}

async function* confidenceStop(task: Task, options: ConfidenceStop): AsyncGenerator<Piece, void, undefined> {
  if (typeof options.bar === "number") yield* oneThought(task, options.bar, options);
  else yield* manyThoughts(task, under[options.bar], options);
}

async function* oneThought(task: Task, bar: number, options: ConfidenceStop): AsyncGenerator<Piece, void, undefined> {
  const [one] = await openDraws(task, [0]);
  const { one: grown, confidences, stopped } = await watch(one as Grown, bar, options);
  note(task, { confidences, stopped, bar, window: options.window });
  if (!stopped || options.stopped === "answer") return yield* answered(grown.walk, grown);
  yield* opened(task);
  yield thinking(grown.thought);
}

async function* answered(walk: Walk, { thought, ending }: Grown) {
  yield* opened(walk.task);
  yield thinking(thought, ending);
  yield* await conclude(walk, thought, closing(walk.task, ending));
}

/** Warm-up, bar, the rest until the vote is clear; thoughts below the bar do not vote. */
async function* manyThoughts(task: Task, q: number, options: ConfidenceStop): AsyncGenerator<Piece, void, undefined> {
  const { warmup, traces, window, at_once, tau } = options;
  const draw = async (from: number, count: number, bar: number): Promise<readonly Watched[]> => {
    const draws = Array.from({ length: Math.min(count, traces - from) }, (_, at) => from + at);
    return Promise.all((await openDraws(task, draws)).map((one) => watch(one, bar, options)));
  };
  const warm = await draw(0, warmup, -Infinity);
  const lowest = warm.map(({ confidences }) => lowestOf(confidences, window));
  const bar = percentile(lowest, q);
  const voices = await heard(
    warm.filter((_, at) => (lowest[at] as number) >= bar - NOISE),
    window,
  );
  task.decide?.({ position: warm.length, rule: "deepconf", value: bar, threshold: null, outcome: "bar" });
  for (let drawn = warm.length; drawn < traces && !isClear(voices, task, tau); drawn += at_once) {
    const more = await draw(drawn, at_once, bar);
    for (const { confidences, stopped } of more) note(task, { confidences, stopped, bar, window });
    voices.push(
      ...(await heard(
        more.filter(({ stopped }) => !stopped),
        window,
      )),
    );
  }
  yield* elected(voices, task.sameAnswer, heaviest)?.pieces ?? [];
}

/** Votes weigh the lowest group confidence. */
const heard = (watched: readonly Watched[], window: number): Promise<Voice[]> =>
  Promise.all(watched.map(({ one, confidences }) => voiceOf(one, lowestOf(confidences, window))));

const lowestOf = (confidences: readonly number[], window: number): number =>
  confidences.length === 0 ? 0 : confidenceMeasures.lowest(confidences, window);

/** Whether the leading answer has so great a share of the weights that no more is drawn. */
export function isClear(
  voices: readonly Voice[],
  { sameAnswer }: Pick<Task, "sameAnswer">,
  tau: number | null,
): boolean {
  if (tau === null) return false;
  const parties = partiesOf(voices, sameAnswer, heaviest);
  const total = parties.reduce((sum, { weight }) => sum + weight, 0);
  return total > 0 && (parties[0]?.weight ?? 0) / total >= tau;
}

type Noted = Pick<Watched, "confidences" | "stopped"> & Readonly<{ bar: number; window: number }>;

function note(task: Task, { confidences, stopped, bar, window }: Noted): void {
  const value = confidences.length < window ? null : lowestOf(confidences, window);
  const outcome = stopped ? "stop" : "end";
  task.decide?.({ position: confidences.length, rule: "deepconf", value, threshold: bar, outcome });
}

const check = async (fit: Fit, { bar, warmup, traces }: ConfidenceStop): Promise<void> => {
  if (typeof bar === "number") return;
  checkDraws(fit, "confidence-stop", traces);
  if (warmup > traces)
    throw new UserError(`the warm-up takes ${warmup} thoughts, and only ${traces} are drawn`, {
      hint: "raise traces, or lower warmup",
    });
};

/** A stopped thought is taken for half as long as a natural one. */
function cost({ bar, warmup, traces }: ConfidenceStop, { natural }: Assumptions): Cost {
  const isOne = typeof bar === "number";
  const chains = isOne ? 1 : traces;
  const share = isOne ? 1 : (warmup + (traces - warmup) / 2) / traces;
  return { thinking: Math.round(natural * share), worstThinking: Infinity, chains, requests: 2 * chains };
}

/** Stops a thought where the model gets unsure, and lets the sure ones vote (DeepConf, arXiv 2508.15260). */
export const confidenceStopMethod: Method<ConfidenceStop> = {
  name: "confidence-stop",
  options: ConfidenceStop,
  label: ({ bar, traces, window }) =>
    typeof bar === "number" ? `confidence ≥${bar}, window ${window}` : `DeepConf-${bar} ×${traces}`,
  facts: ({ bar }) => ({
    role: typeof bar === "number" ? "other" : "draws",
    family: typeof bar === "number" ? "confidence stop" : `DeepConf-${bar}`,
    along: typeof bar === "number" ? ["bar"] : ["traces"],
  }),
  cost,
  check,
  needs: () => ["confidences"],
  findsMergedEnds: true,
  run: confidenceStop,
};

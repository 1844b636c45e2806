import { isCut } from "../core/ending.ts";
import { splitThought } from "../core/split-thought.ts";
import { UserError } from "../core/user-error.ts";
import type { Knobs } from "../ports/native-engine.ts";
import type { StoredResponse } from "../ports/response-store.ts";
import { messageOf } from "../core/message-of.ts";
import { knobsOf, type Responses } from "./native-responses.ts";
import type { NativePoint } from "./prepared.ts";

/** Questions that must give the same at both ends of a knob before it is reported to have no effect. */
const questions = 3;

const words = ["none", "off", "minimal", "low", "medium", "high", "xhigh", "max"];

/** Two settings that are furthest apart in one knob, and alike in the others where the sweep has such. */
export type Pair = Readonly<{ knob: keyof Knobs; low: NativePoint; high: NativePoint }>;

export type Seen = Readonly<{ pair: Pair; differs: boolean }>;

const rank = (value: string | number, at: number): number =>
  typeof value === "number" ? value : words.includes(value) ? words.indexOf(value) : words.length + at;

const likeness = (a: NativePoint, b: NativePoint): number => {
  const [ka, kb] = [knobsOf(a), knobsOf(b)];
  return (Object.keys(ka) as (keyof Knobs)[]).filter((knob) => ka[knob] === kb[knob]).length;
};

/** The ends of each knob that these points of one model turn. */
export function extremes(points: readonly NativePoint[]): readonly Pair[] {
  return (["effort", "thinkingBudget", "maxOutputTokens"] as const).flatMap((knob): readonly Pair[] => {
    const ranked = points
      .flatMap((point, at) => {
        const value = knobsOf(point)[knob];
        return value === null ? [] : [{ point, rank: rank(value, at) }];
      })
      .sort((a, b) => a.rank - b.rank);
    const [first, last] = [ranked[0], ranked.at(-1)];
    if (!first || !last || first.rank === last.rank) return [];
    const highest = ranked.filter((other) => other.rank === last.rank).map(({ point }) => point);
    const high = highest.reduce((a, b) => (likeness(first.point, b) > likeness(first.point, a) ? b : a));
    return [{ knob, low: first.point, high }];
  });
}

const same = (a: StoredResponse, b: StoredResponse): boolean =>
  a.tokens.thinking === b.tokens.thinking &&
  a.tokens.output === b.tokens.output &&
  a.thought === b.thought &&
  a.answer === b.answer;

/** Fewer characters than this have hardly ever one token. */
const charactersOfToken = 8;

/** Thinking tokens, or how many the thought has at least where it is shown and not counted. */
const leastThinking = ({ thought, answer, tokens }: StoredResponse): number => {
  if (tokens.thinking !== null) return tokens.thinking;
  const { length } = thought ?? splitThought(answer).thought ?? "";
  const whole = (thought?.length ?? 0) + answer.length;
  return tokens.output === null ? length / charactersOfToken : (0.8 * tokens.output * length) / Math.max(1, whole);
};

/**
 * Whether equal responses show that a knob is not obeyed. A ceiling that is never reached is no fault of the server,
 * only one that is passed over is; and a thought that is neither shown nor counted may well have changed.
 */
const isIgnored = ({ knob, low }: Pair, response: StoredResponse): boolean => {
  const { thought, tokens, finish } = response;
  const { thinkingBudget, maxOutputTokens } = knobsOf(low);
  if (knob === "thinkingBudget") return leastThinking(response) > (thinkingBudget ?? Infinity);
  if (knob === "maxOutputTokens")
    return isCut(finish) || (tokens.output !== null && tokens.output > (maxOutputTokens ?? Infinity));
  return thought !== null || tokens.thinking !== null || tokens.output !== null;
};

/**
 * The first questions of a run of one model, put before it: throws where the server does not answer, or where both ends
 * of a knob give the same. Its responses are kept like any other, so they cost the run nothing.
 */
export async function nativePreflight(
  points: readonly NativePoint[],
  responses: Responses,
  signal: AbortSignal,
): Promise<readonly Seen[]> {
  const ask = (point: NativePoint, at: number) => askFirst(point, at, responses, signal);
  const [first] = points;
  if (!first || !(await ask(first, 0))) return [];
  // A service takes words that depend on the model: each is asked once, and what it answers is the run's own.
  const mine = points.filter(({ dataset }) => dataset.name === first.dataset.name);
  for (const point of firstOfEach(mine)) await ask(point, 0);
  const seen: Seen[] = [];
  for (const pair of extremes(mine)) seen.push({ pair, differs: await differs(pair, ask) });
  return seen;
}

/** One setting for each word of effort. */
const firstOfEach = (points: readonly NativePoint[]): readonly NativePoint[] => [
  ...new Map(points.toReversed().map((point) => [knobsOf(point).effort, point])).values(),
];

/** Null where the data set has no such problem. */
async function askFirst(
  point: NativePoint,
  at: number,
  responses: Responses,
  signal: AbortSignal,
): Promise<StoredResponse | null> {
  const problem = point.dataset.problems[at];
  if (!problem) return null;
  try {
    return await responses.ask({ point, problem, epoch: 0 }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const hint = error instanceof UserError ? error.hint : undefined;
    throw new UserError(`model ${JSON.stringify(point.model.name)} at ${point.record.label}: ${messageOf(error)}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

async function differs(
  pair: Pair,
  ask: (point: NativePoint, at: number) => Promise<StoredResponse | null>,
): Promise<boolean> {
  let asked = 0;
  let ignored = false;
  for (; asked < questions; asked++) {
    const [low, high] = await Promise.all([ask(pair.low, asked), ask(pair.high, asked)]);
    if (!low || !high) break;
    if (!same(low, high)) return true;
    ignored ||= isIgnored(pair, low);
  }
  if (ignored) throw noEffect(pair, asked);
  return false;
}

function noEffect({ low, high }: Pair, asked: number): UserError {
  const count = asked === 1 ? "the first problem" : `the first ${asked} problems`;
  return new UserError(
    `model ${JSON.stringify(low.model.name)}: ${low.record.label} and ${high.record.label} gave the same ` +
      `thought and answer on ${count}: the knob has no effect`,
    {
      hint: "a sweep of it would compare a run with itself: check the field under knobs, or leave the sweep out",
    },
  );
}

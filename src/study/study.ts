import { isOneThought, movesEnd, type Role } from "../core/facts.ts";
import type { EqualCompute } from "../metrics/equal-compute.ts";
import type { AttemptRow, PointRow } from "../ports/result-reader.ts";
import { type Adherence, adherence, adherenceOf, type AdherenceRow } from "./adherence.ts";
import { atEqualTokens, parallelTable, sequentialTable, tokensOf } from "./equal-tokens.ts";
import { flipTable, type FlipRow } from "./flips.ts";
import { type MethodRow, methodTable, type TableOptions } from "./methods.ts";
import { poolRules, type RuleRow } from "./pool-rules.ts";
import { type NaturalLength, naturalLengths } from "./natural-length.ts";
import { askedOf } from "./settings.ts";
import { type Equivalent, type PoolAttempt, voteCurve, votesOf, type VotePoint } from "./votes.ts";

export type StudyInput = Readonly<{
  points: readonly PointRow[];
  /** Points among which a natural length is looked for, and sets of points with rows of their own. */
  table?: TableOptions;
  attempts: readonly AttemptRow[];
  /** Whether the grader of an attempt holds two answers for equal. */
  equivalentFor: (row: AttemptRow) => Equivalent;
  /** What a scorer says of an attempt; null where nothing does. */
  scoreOf: (row: AttemptRow) => number | null;
  /** How sure the model was at each token of an attempt's thought; null where it is not stored. */
  confidencesOf?: (row: AttemptRow) => readonly number[] | null;
  /** Tokens of a window of confidences. */
  window?: number;
  /** The thought of an attempt, in words, the heads of its steps included. */
  thoughtOf: (attempt: number) => string;
  /** Sizes of the votes; by default powers of two. */
  ks?: readonly number[] | undefined;
}>;

type Place = Readonly<{ experiment: string; model: string; dataset: string; label: string }>;

export type Pool = Place & Readonly<{ curve: readonly VotePoint[]; rules: readonly RuleRow[] }>;
export type Compared = Readonly<{ sequential: string; pool: Place; at: readonly EqualCompute[] }>;
export type Asked = Readonly<{ model: string; dataset: string; method: string; rows: readonly AdherenceRow[] }>;

/** Everything that the s1 paper and its critics ask of a set of points, from stored attempts alone. */
export type Study = Readonly<{
  methods: readonly MethodRow[];
  flips: readonly FlipRow[];
  pools: readonly Pool[];
  equalTokens: readonly Compared[];
  asked: readonly Asked[];
  natural: readonly NaturalLength[];
}>;

export function studyOf(input: StudyInput): Study {
  const pools = poolsOf(input);
  return {
    methods: methodTable(input.points, input.table),
    flips: flipTable(input.points, input.attempts),
    pools: pools.map(({ place, role, members, equivalent }) => ({
      ...place,
      curve: voteCurve(members, equivalent, input.ks),
      rules: isOneThought(role) ? poolRules(members, equivalent, input) : [],
    })),
    equalTokens: compared(input, pools),
    asked: adherences(input),
    natural: naturalLengths(input.points, input.attempts),
  };
}

type Members = Readonly<{ place: Place; role: Role; members: readonly PoolAttempt[]; equivalent: Equivalent }>;

/** Points whose problems were attempted more than once. */
function poolsOf({ points, attempts, equivalentFor, scoreOf, confidencesOf }: StudyInput): readonly Members[] {
  return points.flatMap((point) => {
    const rows = attempts.filter((row) => row.point === point.id);
    const [first] = rows;
    if (!first || !rows.some(({ epoch }) => epoch > 0)) return [];
    const members = rows.map((row) => ({
      problem: row.problem,
      outcome: row.outcome,
      answer: row.answer,
      tokens: tokensOf(row),
      score: scoreOf(row),
      thinking: row.thinking_tokens,
      confidences: confidencesOf?.(row) ?? null,
    }));
    return [{ place: placeOf(point), role: point.role, members, equivalent: equivalentFor(first) }];
  });
}

const placeOf = ({ experiment, model, dataset, label }: PointRow): Place => ({ experiment, model, dataset, label });

/**
 * Each curve that moves the end of one thought against each pool of independent thoughts of the same model and data
 * set.
 */
function compared({ points, attempts }: StudyInput, pools: readonly Members[]): readonly Compared[] {
  const curves = new Map<string, PointRow[]>();
  for (const point of points)
    if (movesEnd(point.role)) {
      const key = JSON.stringify([point.experiment, point.model, point.dataset, point.family]);
      curves.set(key, [...(curves.get(key) ?? []), point]);
    }
  return [...curves].flatMap(([key, own]) => {
    const [experiment = "", model, dataset, method = ""] = JSON.parse(key) as string[];
    const rows = attempts.filter((row) => own.some(({ id }) => id === row.point));
    if (own.length < 2) return [];
    const fitting = pools.filter(
      ({ place, role }) => place.model === model && place.dataset === dataset && isOneThought(role),
    );
    return fitting.flatMap(({ place, members, equivalent }) => {
      const at = atEqualTokens(sequentialTable(rows), parallelTable(votesOf(members, equivalent), "majority"));
      return at.length > 0 ? [{ sequential: `${experiment}: ${method}`, pool: place, at }] : [];
    });
  });
}

function adherences({ points, attempts, thoughtOf }: StudyInput): readonly Asked[] {
  const asking = new Map(points.filter(({ role }) => role === "asked").map((point) => [point.id, point]));
  const groups = new Map<string, Adherence[]>();
  for (const row of attempts) {
    const point = asking.get(row.point);
    const known = point && adherenceOf(row, askedOf(point), thoughtOf);
    if (!known) continue;
    const key = JSON.stringify([point.model, point.dataset, point.family]);
    groups.set(key, [...(groups.get(key) ?? []), known]);
  }
  return [...groups].map(([key, known]) => {
    const [model = "", dataset = "", method = ""] = JSON.parse(key) as string[];
    return { model, dataset, method, rows: adherence(known) };
  });
}

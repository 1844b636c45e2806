import type { EqualCompute } from "../metrics/equal-compute.ts";
import type { AttemptRow, PointRow } from "../ports/result-reader.ts";
import { adherence, adherenceOf, type AdherenceRow } from "./adherence.ts";
import { atEqualTokens, parallelTable, sequentialTable, tokensOf } from "./equal-tokens.ts";
import { flipTable, type FlipRow } from "./flips.ts";
import { type MethodRow, methodTable } from "./methods.ts";
import { methodName, paramsOf } from "./settings.ts";
import { type Equivalent, type PoolAttempt, voteCurve, votesOf, type VotePoint } from "./votes.ts";

export type StudyInput = Readonly<{
  points: readonly PointRow[];
  attempts: readonly AttemptRow[];
  /** Whether the grader of an attempt holds two answers for equal. */
  equivalentFor: (row: AttemptRow) => Equivalent;
  /** What a scorer says of an attempt; null where nothing does. */
  scoreOf: (row: AttemptRow) => number | null;
  /** The thought of an attempt, in words. */
  thoughtOf: (attempt: number) => string;
  /** Sizes of the votes; powers of two unless told. */
  ks?: readonly number[] | undefined;
}>;

type Place = Readonly<{ experiment: string; model: string; dataset: string; label: string }>;

export type Pool = Place & Readonly<{ curve: readonly VotePoint[] }>;
export type Compared = Readonly<{ sequential: string; pool: Place; at: readonly EqualCompute[] }>;
export type Asked = Readonly<{ model: string; dataset: string; method: string; rows: readonly AdherenceRow[] }>;

/** Everything that the s1 paper and its critics ask of a set of points, from stored attempts alone. */
export type Study = Readonly<{
  methods: readonly MethodRow[];
  flips: readonly FlipRow[];
  pools: readonly Pool[];
  equalTokens: readonly Compared[];
  asked: readonly Asked[];
}>;

export function studyOf(input: StudyInput): Study {
  const pools = poolsOf(input);
  return {
    methods: methodTable(input.points),
    flips: flipTable(input.attempts),
    pools: pools.map(({ place, members, equivalent }) => ({
      ...place,
      curve: voteCurve(members, equivalent, input.ks),
    })),
    equalTokens: compared(input, pools),
    asked: askedOf(input),
  };
}

type Members = Readonly<{ place: Place; method: string; members: readonly PoolAttempt[]; equivalent: Equivalent }>;

/** Points whose problems were attempted more than once. */
function poolsOf({ points, attempts, equivalentFor, scoreOf }: StudyInput): readonly Members[] {
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
    }));
    return [{ place: placeOf(point), method: point.method, members, equivalent: equivalentFor(first) }];
  });
}

const placeOf = ({ experiment, model, dataset, label }: PointRow): Place => ({ experiment, model, dataset, label });

/** Methods whose attempts are samples of one thought each. */
const independent: ReadonlySet<string> = new Set(["budget-forcing", "unforced"]);

/** Each curve of budget forcing with one chain against each pool of the same model and data set. */
function compared({ points, attempts }: StudyInput, pools: readonly Members[]): readonly Compared[] {
  const curves = new Map<string, PointRow[]>();
  for (const point of points)
    if (point.method === "budget-forcing") {
      const key = JSON.stringify([point.experiment, point.model, point.dataset, methodName(point, paramsOf(point))]);
      curves.set(key, [...(curves.get(key) ?? []), point]);
    }
  return [...curves].flatMap(([key, own]) => {
    const [experiment = "", model, dataset, method = ""] = JSON.parse(key) as string[];
    const rows = attempts.filter((row) => own.some(({ id }) => id === row.point));
    if (own.length < 2) return [];
    const fitting = pools.filter(
      ({ place, method: drawn }) => place.model === model && place.dataset === dataset && independent.has(drawn),
    );
    return fitting.flatMap(({ place, members, equivalent }) => {
      const at = atEqualTokens(sequentialTable(rows), parallelTable(votesOf(members, equivalent), "majority"));
      return at.length > 0 ? [{ sequential: `${experiment}: ${method}`, pool: place, at }] : [];
    });
  });
}

function askedOf({ attempts, thoughtOf }: StudyInput): readonly Asked[] {
  const groups = new Map<string, AttemptRow[]>();
  for (const row of attempts)
    if (row.method === "conditional") {
      const key = JSON.stringify([row.model, row.dataset, methodName(row, paramsOf(row))]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  return [...groups].flatMap(([key, rows]) => {
    const [model = "", dataset = "", method = ""] = JSON.parse(key) as string[];
    const known = rows.flatMap((row) => adherenceOf(row, thoughtOf) ?? []);
    return known.length > 0 ? [{ model, dataset, method, rows: adherence(known) }] : [];
  });
}

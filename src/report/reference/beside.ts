import { compare, type Comparison, type ProblemPair } from "../../metrics/compare.ts";
import type { Tally } from "../../metrics/accuracy.ts";
import { accuracyAt } from "../../metrics/equal-compute.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import { tokensOf } from "../../study/equal-tokens.ts";
import { votesOf } from "../../study/votes.ts";
import { tallyAt } from "../grid.ts";
import { hasSetting, isAlong, ofKind, type Place, refusal } from "./kinds.ts";
import type { PublishedCurve, PublishedSetting, Reference, ReferencePoint } from "./references.ts";

/** What was measured at a point of the same setting: accuracy, tokens, and one tally a problem. */
export type Own = Readonly<{ experiment: string; accuracy: number; tokens: number | null; tallies: readonly Tally[] }>;

/** A published number beside what was measured; `own` null: the setting was not run, and `why` says so. */
export type Beside = Readonly<{
  curve: PublishedCurve;
  published: ReferencePoint;
  own: Own | null;
  /** Our curve of the same kind, read at the published tokens. */
  interpolated: number | null;
  comparison: Comparison | null;
  why: string | null;
}>;

/** Every published number, with each point of ours that is the same, or with the reason why there is none. */
export const besides = (reference: Reference, places: readonly Place[], reader: ResultReader): readonly Beside[] =>
  reference.curves.flatMap((curve) => {
    const own = ofKind(curve, places);
    const other = refusal(curve, places)?.why ?? null;
    return curve.points.flatMap((published): readonly Beside[] => {
      const same = sameSetting(own, published, reader);
      const alone = { curve, published, own: null, interpolated: readAt(own, published), comparison: null };
      if (same.length === 0) return [{ ...alone, why: other ?? published.unclear ?? notRun(own, published) }];
      return same.map(({ measured, place }) => ({
        curve,
        published,
        own: measured,
        interpolated: readAt(
          own.filter(({ data }) => data === place.data),
          published,
        ),
        comparison: against(measured, published),
        why: null,
      }));
    });
  });

type Same = Readonly<{ place: Place; measured: Own }>;

function sameSetting(
  places: readonly Place[],
  { setting, unclear }: ReferencePoint,
  reader: ResultReader,
): readonly Same[] {
  if (setting === undefined || unclear !== undefined) return [];
  return places
    .filter(({ row }) => hasSetting(row, setting))
    .flatMap((place) => {
      const measured = setting.votes === undefined ? measuredAt(place) : votedAt(place, setting.votes, reader);
      return measured === null ? [] : [{ place, measured }];
    });
}

function notRun(places: readonly Place[], { setting }: ReferencePoint): string {
  if (setting === undefined) return "its setting is not published";
  const rows = places.filter(({ row }) => hasSetting(row, setting));
  if (rows.length === 0) return "this setting was not run here";
  return setting.votes === undefined
    ? "this setting has no finished attempts here"
    : `a vote needs ${setting.votes} attempts at each problem`;
}

function measuredAt({ data, row }: Place): Own | null {
  if (row.accuracy === null) return null;
  const cells = data.grid.cells(row.id);
  const tallies = data.grid.problems.map((_, at) => tallyAt(cells, at)).filter((tally) => tally !== null);
  return { experiment: row.experiment, accuracy: row.accuracy, tokens: row.mean_thinking_tokens, tallies };
}

/** The majority of k, over all subsets of the attempts at each problem. Right answers are one answer. */
function votedAt({ row }: Place, k: number, reader: ResultReader): Own | null {
  const attempts = [...reader.attempts(row.experiment)].filter(({ point }) => point === row.id);
  const votes = votesOf(
    attempts.map((one) => ({
      problem: one.problem,
      outcome: one.outcome,
      answer: one.outcome === "correct" ? one.target : one.answer,
      tokens: tokensOf(one),
      score: null,
    })),
    (a, b) => a === b,
  );
  if (votes.length === 0 || votes.some(({ size }) => size < k)) return null;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const credits = votes.map(({ majority }) => majority?.[k - 1] ?? 0);
  return {
    experiment: row.experiment,
    accuracy: mean(credits),
    tokens: k * mean(votes.map(({ meanTokens }) => meanTokens)),
    tallies: credits.map((credit) => ({ correct: credit, attempts: 1 })),
  };
}

/** One curve at a time is read between its dots: that of the model, data set and family of the published number. */
function readAt(places: readonly Place[], { tokens, setting }: ReferencePoint): number | null {
  const [first] = places;
  if (tokens === null || first === undefined || setting?.votes !== undefined) return null;
  const dots = places
    .filter(({ data, row }) => data === first.data && row.family === first.row.family && isAlong(row, setting))
    .flatMap(({ row: { accuracy, mean_thinking_tokens: at } }) =>
      accuracy === null || at === null ? [] : [{ tokens: at, accuracy }],
    );
  return accuracyAt(dots, tokens);
}

/** Independent arms: of the published run only the totals are known. */
function against({ tallies }: Own, { correct, n }: ReferencePoint): Comparison | null {
  if (correct === undefined || n === undefined) return null;
  const theirs = Array.from({ length: n }, (_, i): Tally => ({ correct: i < correct ? 1 : 0, attempts: 1 }));
  const pairs = Array.from({ length: Math.max(n, tallies.length) }, (_, i): ProblemPair => ({
    problem: String(i),
    first: theirs[i] ?? null,
    second: tallies[i] ?? null,
  }));
  return compare(pairs, { arms: "independent" });
}

/** The same of a setting of a row. */
export const pointsWith = (places: readonly Place[], settings: readonly PublishedSetting[]) =>
  settings.map((setting) => places.find(({ row }) => row.accuracy !== null && hasSetting(row, setting)) ?? null);

import { z } from "zod";
import { UserError } from "../core/user-error.ts";
import type { ResultReader } from "../ports/result-reader.ts";
import type { PlannedPoint } from "../runner/prepared.ts";
import type { Prepared } from "./prepare.ts";
import { placeOfPoint } from "./places.ts";

/** Mean thinking tokens of natural thoughts, by model and data set. */
export type NaturalLengths = Readonly<Record<string, number>>;

const keyOf = ({ record }: Pick<PlannedPoint, "record">): string => `${record.model} on ${record.dataset}`;

const Recorded = z.looseObject({ natural_tokens: z.record(z.string(), z.number()).optional() });

/**
 * What methods that take the natural length for their measure are given: what an earlier run of this experiment was
 * given, so that all attempts of a point have the same; else what is stored now. Throws a UserError where it is
 * missing.
 */
export function naturalLengths(reader: ResultReader, { record, points, file }: Prepared): NaturalLengths {
  const wanting = points.filter(({ method, options }) => method.needsNaturalLength?.(options as never) ?? false);
  const known: Record<string, number> = { ...earlier(reader, record.name) };
  for (const point of wanting) {
    const key = keyOf(point);
    const length = known[key] ?? stored(reader, point);
    const place = placeOfPoint(file.loaded, point.record);
    if (length === null)
      throw new UserError(
        `${point.record.method} ${point.record.label} takes the natural thinking length for its measure, and no ` +
          `natural thought of ${key} is stored`,
        {
          hint: "give natural_tokens, or run a natural point such as budget-forcing: {} first",
          ...(place && { place }),
        },
      );
    known[key] = length;
  }
  return known;
}

export const naturalLengthOf = (lengths: NaturalLengths, point: Pick<PlannedPoint, "record">): number | null =>
  lengths[keyOf(point)] ?? null;

function earlier(reader: ResultReader, experiment: string): NaturalLengths {
  const found = reader
    .runs(experiment)
    .map(({ record }) => Recorded.safeParse(JSON.parse(record)).data?.natural_tokens);
  return Object.assign({}, ...found.toReversed()) as NaturalLengths;
}

function stored(reader: ResultReader, { record: { model, dataset } }: PlannedPoint): number | null {
  const [row] = reader.query(
    `SELECT avg(thinking_tokens) AS mean FROM v_attempts
     WHERE outcome <> 'error' AND forced_end = 0 AND role = 'natural' AND model = ? AND dataset = ?`,
    model,
    dataset,
  );
  return typeof row?.["mean"] === "number" ? row["mean"] : null;
}

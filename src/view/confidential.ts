import { kept } from "./kept.ts";
import type { Source } from "./source.ts";

type Recorded = Readonly<{ datasets?: readonly Readonly<{ name: string; confidential?: boolean }>[] }>;

/** Data sets whose authors ask not to publish their questions, by any run of the database. */
export const confidentialSets = ({ reader, pages }: Source): ReadonlySet<string> =>
  kept(
    pages,
    "confidential",
    () =>
      new Set(
        [...reader.query("SELECT record FROM v_runs")].flatMap(({ record }) =>
          ((JSON.parse(String(record)) as Recorded).datasets ?? [])
            .filter((dataset) => dataset.confidential === true)
            .map((dataset) => dataset.name),
        ),
      ),
  );

export const whyWithheld = (dataset: string): string =>
  `The authors of ${dataset} ask not to publish its questions in plain text.`;

/** For a page over several data sets: which of them are withheld from it, in words; null where none is. */
export function withheldFrom(source: Source, datasets: readonly string[], reveal: boolean): string | null {
  const secret = confidentialSets(source);
  const named = [...new Set(datasets)].filter((dataset) => secret.has(dataset));
  return reveal || named.length === 0 ? null : whyWithheld(named.join(", "));
}

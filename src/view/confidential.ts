import type { Source } from "./source.ts";

type Recorded = Readonly<{ datasets?: readonly Readonly<{ name: string; confidential?: boolean }>[] }>;

/** Data sets whose authors ask not to publish their questions, by any run of the database. */
export const confidentialSets = ({ reader }: Source): ReadonlySet<string> =>
  new Set(
    [...reader.query("SELECT record FROM v_runs")].flatMap(({ record }) =>
      ((JSON.parse(String(record)) as Recorded).datasets ?? [])
        .filter((dataset) => dataset.confidential === true)
        .map((dataset) => dataset.name),
    ),
  );

export const whyWithheld = (dataset: string): string =>
  `The authors of ${dataset} ask not to publish its questions in plain text.`;

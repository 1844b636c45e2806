import type { ExperimentData } from "../gather.ts";

type Sampled = Readonly<{ sampling?: Readonly<{ share?: boolean }> }>;

/** Whether settings that begin alike share their chains; where they do not, two settings are two samples. */
export const sharesChains = ({ row }: ExperimentData): boolean =>
  (JSON.parse(row.resolved) as Sampled).sampling?.share !== false;

import { z } from "zod";
import type { ResultReader } from "../ports/result-reader.ts";
import type { Identities } from "./prepare.ts";

const Recorded = z.object({
  models: z.array(z.looseObject({ name: z.string(), identity: z.record(z.string(), z.unknown()) })),
});

type Entry = z.infer<typeof Recorded>["models"][number];

/** What the last run of an experiment recorded of its models, those that it left out included. */
export function earlierModels(reader: ResultReader, experiment: string): readonly Entry[] {
  const last = reader.runs(experiment).at(-1)?.record;
  return Recorded.safeParse(JSON.parse(last ?? "null")).data?.models ?? [];
}

/** What they said of themselves; how they answer is measured anew. */
export const identitiesIn = (entries: readonly Entry[]): Identities =>
  new Map(
    entries.map(({ name, identity }) => {
      const { greedy: _measured, ...told } = identity;
      return [name, told];
    }),
  );

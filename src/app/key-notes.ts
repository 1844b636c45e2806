import { type KeyOptions, mayGo } from "../adapters/engine/http/key-options.ts";
import type { Experiment } from "../experiment/schema.ts";

type Asked = Readonly<{ name: string; options: Readonly<Record<string, unknown>> }>;

/** The models of an experiment, judges too. */
const askedIn = ({ models, datasets }: Experiment): readonly Asked[] => [
  ...models,
  ...datasets.flatMap(({ name, grader }) => {
    const judge = (grader?.options as { model?: Asked["options"] } | undefined)?.model;
    return judge ? [{ name: `judge of ${name}`, options: judge }] : [];
  }),
];

/** Which environment variable's value goes to which host: a file of someone else may name any of them. */
export const keyNotesOf = ({ name, options }: Asked): readonly string[] => {
  const { api_key_env: variable, base_url: urls } = options;
  if (typeof variable !== "string") return [];
  // What is refused goes nowhere.
  if (!mayGo({ base_url: [], ...options } as unknown as KeyOptions)) return [];
  const hosts = [(urls ?? []) as string | readonly string[]].flat().map((url) => new URL(url).host);
  return [`model ${name}: the value of ${variable} is sent to ${[...new Set(hosts)].join(", ")}`];
};

/** The same for all models of an experiment. */
export const keyNotes = (experiment: Experiment): readonly string[] => askedIn(experiment).flatMap(keyNotesOf);

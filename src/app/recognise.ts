import { z } from "zod";
import { compareFingerprints } from "../conformance/same-model.ts";
import { measureFingerprint } from "../conformance/fingerprint.ts";
import { hashOf } from "../core/hash.ts";
import { UserError } from "../core/user-error.ts";
import type { Engine, Host } from "../ports/engine.ts";
import type { Fingerprint, KnownModel, ModelStore } from "../ports/model-store.ts";
import type { RunRow } from "../ports/result-reader.ts";
import { identityOf, type PreparedModel } from "../runner/prepared.ts";
import { differencesIn } from "./differences-in.ts";
import type { Prepared } from "./prepare.ts";

/** `notes`: what the user should know of it. */
export type Recognised = Readonly<{ model: PreparedModel; notes: readonly string[] }>;

/**
 * Finds out which of the models in a database this one is. A server may serve other weights under the name and the
 * address of yesterday: then it is another model, and gets chains of its own.
 */
export async function recognise(model: PreparedModel, store: ModelStore): Promise<Recognised> {
  const { identity: told, facts } = model.engine.info;
  const fingerprint = await fingerprintOf(model.engine);
  const known = store.telling(told).map((before) => ({ before, ...likenessOf(before, fingerprint) }));
  const same = known.find(({ verdict }) => verdict !== "other");
  const seen = { told, facts, fingerprint, greedy: same ? same.before.greedy : newName(known, fingerprint) };
  const notes = same
    ? same.verdict === "near"
      ? [`${same.words}; if its weights changed, say so with \`revision\``]
      : []
    : strangerNotes(known.at(-1)?.words ?? null, fingerprint && store.lastNamed(model.name), told);
  const changed = same ? differencesIn(told, same.before.facts, facts) : null;
  store.see(model.name, seen);
  return {
    model: seen.greedy === null ? model : { ...model, greedy: seen.greedy },
    notes: [...notes, ...(changed ? [`since it was last used ${changed}`] : [])].map(
      (note) => `model ${JSON.stringify(model.name)}: ${note}`,
    ),
  };
}

type Known = Readonly<{ before: KnownModel; verdict: "same" | "near" | "other"; words: string }>;

const likenessOf = (before: KnownModel, now: Fingerprint | null): Omit<Known, "before"> =>
  before.fingerprint && now ? compareFingerprints(before.fingerprint, now) : { verdict: "same", words: "" };

/**
 * Of its tokens, so that databases that met it apart call it the same; two of the same tokens differ in all of
 * it.
 */
function newName(known: readonly Known[], fingerprint: Fingerprint | null): string | null {
  if (fingerprint === null) return null;
  const name = hashOf(fingerprint.map(({ prompt, tokens }) => [prompt, tokens])).slice(0, 16);
  return known.some(({ before }) => before.greedy === name) ? hashOf(fingerprint).slice(0, 16) : name;
}

function strangerNotes(words: string | null, last: KnownModel | null, told: KnownModel["told"]): readonly string[] {
  const difference = words ?? (last && differencesIn({}, last.told, told));
  return difference
    ? [`it is not the model that was used under this name before (${difference}): it gets chains of its own`]
    : [];
}

/** All machines of a pool must serve one model: a chain may move from one to the other. */
async function fingerprintOf(engine: Engine): Promise<Fingerprint | null> {
  if (!engine.hosts) return null;
  const [first, ...others] = await Promise.all(engine.hosts.map((host) => measured(engine, host)));
  if (!first) return null;
  for (const { host, fingerprint } of others) {
    const { verdict, words } = compareFingerprints(first.fingerprint, fingerprint);
    if (verdict === "other")
      throw new UserError(`${first.host.name} and ${host.name} serve different models under one name: ${words}`, {
        hint: "make them two entries of `models`",
      });
  }
  return first.fingerprint;
}

const measured = async (engine: Engine, host: Host) => ({
  host,
  fingerprint: await measureFingerprint(engine, host, new AbortController().signal),
});

const Recorded = z.object({
  models: z.array(z.object({ name: z.string(), identity: z.record(z.string(), z.unknown()) })),
});

/** The attempts of an experiment at one point are of one model: refuses to go on with another. */
export function checkSameModels(
  { record, models, natives }: Prepared,
  runs: readonly RunRow[],
  store: ModelStore,
): void {
  const last = Recorded.safeParse(JSON.parse(runs.at(-1)?.record ?? "null")).data;
  for (const model of [...models, ...natives]) {
    const before = last?.models.find(({ name }) => name === model.name)?.identity;
    const difference = before && differenceOf(before, identityOf(model), store);
    if (difference)
      throw new UserError(
        `model ${JSON.stringify(model.name)} is not the one that experiment ${JSON.stringify(record.name)} ` +
          `was run on: ${difference}`,
        {
          hint:
            "give the experiment another name (the model gets chains of its own), serve the old model, or start " +
            "over with --fresh",
        },
      );
  }
}

type Identity = KnownModel["told"];

/** What two identities differ in; how the models answer where they say the same of themselves. */
function differenceOf(
  { greedy: was, ...before }: Identity,
  { greedy: is, ...now }: Identity,
  store: ModelStore,
): string | null {
  const told = differencesIn({}, before, now);
  if (told || was === is) return told;
  const known = store.telling(now);
  const [then, today] = [was, is].map((name) => known.find(({ greedy }) => greedy === name)?.fingerprint);
  return then && today ? compareFingerprints(then, today).words : "it answers otherwise";
}

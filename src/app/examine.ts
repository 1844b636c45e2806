import { preflight } from "../conformance/preflight.ts";
import type { Claims } from "../ports/claims.ts";
import type { ResponseStore } from "../ports/response-store.ts";
import { nativePreflight } from "../runner/native-preflight.ts";
import { Responses } from "../runner/native-responses.ts";
import { isNativePoint } from "../runner/prepared.ts";
import { type Prepared, subjectOf } from "./prepare.ts";

/** Examines the models of a run before it is paid for: what its record should warn of. */
export const examine = async (prepared: Prepared, asking: Asking): Promise<readonly string[]> => [
  ...(await examineServed(prepared, asking.signal)),
  ...(await examineNatives(prepared, asking)),
];

/** Where the answers of closed models are kept, and what ends the examination. */
type Asking = Readonly<{ responses: ResponseStore; claims: Claims; signal: AbortSignal }>;

/**
 * Servers may take a knob and ignore it: a few tokens show that before a sweep is paid for. Our own engines are held to
 * it by tests.
 */
async function examineServed(prepared: Prepared, signal: AbortSignal): Promise<readonly string[]> {
  const { loaded, registry } = prepared.file;
  const served = loaded.experiment.models
    .filter(({ engine }) => registry.engines[engine]?.served)
    .map(({ name }) => name);
  const warnings: string[] = [];
  for (const model of prepared.models)
    if (served.includes(model.name))
      for (const { verdict, probe, finding, meaning } of await preflight(model.engine, model.name, {
        ...(await subjectOf(prepared, model)),
        signal,
      }))
        if (verdict === "warn") warnings.push(`model ${JSON.stringify(model.name)}: ${probe}: ${finding}: ${meaning}`);
  return warnings;
}

/** The first questions to native models: what they give is stored, and shows whether their knobs do anything. */
async function examineNatives(
  { file, natives, points }: Prepared,
  { responses: store, claims, signal }: Asking,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const responses = new Responses({ store, claims, conditions: file.conditions });
  const asked = points.filter(isNativePoint);
  for (const { name } of natives)
    for (const { pair, differs } of await nativePreflight(
      asked.filter(({ model }) => model.name === name),
      responses,
      signal,
    ))
      if (!differs)
        warnings.push(
          `model ${JSON.stringify(name)}: ${pair.low.record.label} and ${pair.high.record.label}, the ends of ` +
            "its sweep, gave the same thought and answer on the first problems: the knob seems idle",
        );
  return warnings;
}

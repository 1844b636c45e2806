import type { Engine } from "../ports/engine.ts";
import { continuation, longStops, pastTheEnd, repeats, roundTrip, streaming } from "./exactness.ts";
import { contextLength, logprobs, prefixCache } from "./facilities.ts";
import { endOfThinking, promptAsSent } from "./endings.ts";
import { forcing } from "./forcing.ts";
import type { Finding } from "./finding.ts";
import { maxTokens, minTokens, seeds, stopIds, tokenIds } from "./obedience.ts";
import { openSubject, runProbe, type Probe, type SubjectOptions } from "./subject.ts";

const probes: readonly Probe[] = [
  tokenIds,
  promptAsSent,
  endOfThinking,
  continuation,
  maxTokens,
  stopIds,
  longStops,
  minTokens,
  pastTheEnd,
  repeats,
  seeds,
  streaming,
  roundTrip,
  contextLength,
  prefixCache,
  logprobs,
  forcing,
];

/** Examines an engine in seconds: a few hundred tokens. Findings come as they are made. */
export async function* checkEngine(
  engine: Engine,
  options: SubjectOptions = {},
): AsyncGenerator<Finding, void, undefined> {
  const subject = await openSubject(engine, options);
  for (const probe of probes) yield await runProbe(probe, subject, { signal: options.signal });
}

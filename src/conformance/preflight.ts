import { isGreedy } from "../core/sampling.ts";
import { Failure, UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { endOfThinking, promptAsSent } from "./endings.ts";
import { sharedPrefix } from "./facilities.ts";
import type { Finding } from "./finding.ts";
import { maxTokens, minTokens, seeds, stopIds, tokenIds } from "./obedience.ts";
import { openSubject, runProbe, type SubjectOptions } from "./subject.ts";

/** A server that went away meanwhile is no fault of the experiment. */
const isFailure = (error: unknown): boolean => error instanceof Failure;

/**
 * The cheap part of the check, for every run: some sixty tokens. Throws where a knob has no effect, since a
 * sweep of it would compare a run with itself. Returns the findings.
 */
export const preflight = async (
  engine: Engine,
  model: string,
  options: SubjectOptions = {},
): Promise<readonly Finding[]> => {
  const subject = await openSubject(engine, options);
  const probes = [
    tokenIds,
    promptAsSent,
    endOfThinking,
    maxTokens,
    stopIds,
    minTokens,
    ...(isGreedy(subject.sampling) ? [] : [seeds]),
    ...(engine.hosts ? [sharedPrefix] : []),
  ];
  const findings: Finding[] = [];
  for (const probe of probes) {
    const finding = await runProbe(probe, subject, { signal: options.signal, passes: isFailure });
    if (finding.verdict === "fail")
      throw new UserError(`model ${JSON.stringify(model)}: ${finding.probe}: ${finding.finding}`, {
        hint: finding.meaning,
      });
    findings.push(finding);
  }
  return findings;
};

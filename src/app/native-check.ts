import type { Finding } from "../conformance/finding.ts";
import { hashOf } from "../core/hash.ts";
import { UserError } from "../core/user-error.ts";
import type { ResponseStore, StoredResponse } from "../ports/response-store.ts";
import { nativePreflight, type Seen } from "../runner/native-preflight.ts";
import { Responses } from "../runner/native-responses.ts";
import { isNativePoint, type NativePoint } from "../runner/prepared.ts";
import type { Prepared } from "./prepare.ts";

/** Keeps responses for the time of a check. */
function inMemory(): ResponseStore {
  const stored = new Map<string, StoredResponse>();
  return {
    find: (key) => stored.get(hashOf(key)) ?? null,
    add: (key, response) => {
      const added = { ...response, id: stored.size + 1 };
      stored.set(hashOf(key), added);
      return added;
    },
    addRequest: () => 0,
  };
}

/** Examines a native model with the first questions of the experiment. */
export async function nativeFindings({ file, points }: Prepared, model: string): Promise<readonly Finding[]> {
  const mine = points.filter(isNativePoint).filter((point) => point.model.name === model);
  const [point] = mine;
  const problem = point?.dataset.problems[0];
  if (!point || !problem) return [];
  const responses = new Responses({ store: inMemory(), conditions: file.conditions });
  const signal = new AbortController().signal;
  try {
    const seen = await nativePreflight(mine, responses, signal);
    const ask = (asked: NativePoint) => responses.ask({ point: asked, problem, epoch: 0 }, signal);
    const effects = await Promise.all(
      seen.map(async (found) => effect(found, await ask(found.pair.low), await ask(found.pair.high))),
    );
    return [...about(await ask(point)), ...effects];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ probe: "knobs", verdict: "fail", finding: error.message, meaning: error.hint ?? "nothing can be run" }];
  }
}

const about = ({ thought, tokens, source }: StoredResponse): readonly Finding[] => [
  {
    probe: "budget forcing",
    verdict: "warn",
    finding: "none: the service takes a question and gives a whole reply",
    meaning: "its thought can be neither continued nor cut; sweep the model's own knobs with native-effort",
  },
  {
    probe: "thinking tokens",
    verdict: tokens.thinking === null ? "warn" : "ok",
    finding: source,
    meaning: "thinking tokens are NULL: there is nothing to draw a curve over",
  },
  {
    probe: "thought",
    verdict: thought === null ? "warn" : "ok",
    finding: thought === null ? "not shown" : "shown",
    meaning: "it cannot be read; only its length is known, if that",
  },
];

const length = ({ tokens }: StoredResponse): string =>
  tokens.thinking === null ? "an unknown number of" : String(tokens.thinking);

const effect = ({ pair, differs }: Seen, low: StoredResponse, high: StoredResponse): Finding => ({
  probe: pair.low.method.name,
  verdict: differs ? "ok" : "warn",
  finding:
    `${pair.low.record.label}: ${length(low)}, ${pair.high.record.label}: ${length(high)} thinking tokens on ` +
    "the first problem",
  meaning: "the ends of the sweep gave the same on the first problems",
});

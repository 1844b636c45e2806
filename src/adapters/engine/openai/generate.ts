import type { Given } from "../../../core/signals.ts";
import type { Sampled, Span, Watch } from "../../../ports/engine.ts";
import { Fault } from "../http/fault.ts";
import { persist, type Backoff } from "../http/retry.ts";
import { LostIds, type TokenProtocol, type Leg } from "./dialect.ts";
import { request, type Requests, type Tally } from "./request.ts";
import {
  addPiece,
  checkLeg,
  checkPrompt,
  isDone,
  nextLeg,
  resultOf,
  startCheck,
  startRun,
  type LegCheck,
  type Run,
} from "./span.ts";

export type Generator = Readonly<{
  requests: Requests;
  dialect: TokenProtocol;
  model: string;
  given: Given;
  /** Ids from this one on do not exist; null: not known. */
  vocabulary: number | null;
  seed: (chainSeed: number, position: number) => number;
  backoff: Backoff;
  patienceMs: number;
}>;

const checkIds = (ids: readonly number[], vocabulary: number | null): void => {
  const wrong = vocabulary === null ? undefined : ids.find((id) => id >= vocabulary);
  if (wrong !== undefined)
    throw new Fault("down", `the answer holds token id ${wrong}, beyond the vocabulary of ${vocabulary}`);
};

/** The usage comes after the end, so only a server that would go on is cut off. */
const endsByItself = (dialect: TokenProtocol, leg: Leg, run: Run, check: LegCheck): boolean =>
  check.finish !== null || (dialect.stopsAtIds && leg.stopIds.includes(run.ids.at(-1) ?? -1));

/** One request for the rest of the span. What came before a fault is kept, and the next request goes on from there. */
const oneLeg = async (how: Generator, run: Run): Promise<void> => {
  const leg = nextLeg(run, how.dialect, how.seed);
  const read = how.dialect.reader(leg);
  const check = startCheck();
  const onEvent = (event: unknown, tally: Tally): "more" | "enough" => {
    const piece = read(event);
    checkIds(piece.ids, how.vocabulary);
    check.given += piece.ids.length;
    tally.tokens = check.given;
    if (piece.usage !== null) tally.usage = check.usage = piece.usage;
    check.finish = piece.finish ?? check.finish;
    if (run.stopped) return piece.ids.length > 0 ? "enough" : "more";
    addPiece(run, piece);
    return run.stopped && !endsByItself(how.dialect, leg, run, check) ? "enough" : "more";
  };
  const onEnd = () => {
    checkPrompt(check.usage, leg);
    run.usage ??= check.usage;
    run.whole = false;
    if (!run.stopped) checkLeg(check, leg, how.dialect);
  };
  const { path, body } = how.dialect.request(leg, how.model);
  await request(how.requests, {
    chain: run.watch.chain,
    session: run.watch.session,
    signal: run.watch.signal,
    path,
    body,
    onEvent,
    onEnd,
    drift: null,
  });
};

const oneTry = async (how: Generator, run: Run): Promise<void> => {
  try {
    await oneLeg(how, run);
  } catch (error) {
    // A stop or the last token had come: that the answer then broke off changes nothing.
    if (error instanceof LostIds) run.whole = true;
    else if (!(isDone(run) && error instanceof Fault && error.kind !== "fatal")) throw error;
  }
};

/** Samples a span in as many requests as it takes. */
export const generateSpan = async (how: Generator, span: Span, watch: Watch): Promise<Sampled> => {
  checkIds(span.prefix, how.vocabulary);
  const run = startRun(span, watch, how.given);
  const persistence = {
    backoff: how.backoff,
    patienceMs: how.patienceMs,
    signal: watch.signal,
    now: how.requests.now,
    progress: () => run.ids.length,
  };
  while (!isDone(run)) await persist(() => oneTry(how, run), persistence);
  return resultOf(run);
};

import { Interrupted, isCut } from "../core/ending.ts";
import type { Segment } from "../core/segment.ts";
import type { Trace } from "../core/trace.ts";
import type { NativeResponse } from "../ports/native-engine.ts";
import type { AttemptRecord, Reported } from "../ports/result-store.ts";
import type { StoredResponse } from "../ports/response-store.ts";
import { StoreFault } from "../core/store-fault.ts";
import { reopenedIn } from "../core/reopened.ts";
import { type Split, splitThought } from "../core/split-thought.ts";
import { judge } from "./attempt.ts";
import { faultOf } from "./blame.ts";
import type { Job } from "./jobs.ts";
import type { GoesOn } from "./reopened.ts";
import type { Responses } from "./native-responses.ts";
import type { NativePoint } from "./prepared.ts";
import { ungraded } from "./ungraded.ts";

export type NativeAttemptOptions = Readonly<{ point: number; responses: Responses; signal: AbortSignal }>;

/** Asks once and judges the answer. A fault becomes an attempt with outcome `error`; an abort is thrown on. */
export async function makeNativeAttempt(job: Job<NativePoint>, options: NativeAttemptOptions): Promise<AttemptRecord> {
  const { problem, point } = job;
  try {
    const response = await options.responses.ask(job, options.signal);
    const trace = traceOf(response);
    return {
      ...about(job, options),
      ...(ungraded(response.finish, trace) ??
        (await judge(trace, problem, { grader: point.dataset.grader, own: null }))),
      trace,
      goesOn: goesOnIn(response),
      promptTokens: response.tokens.prompt,
      reported: reportedBy(response),
    };
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    if (options.signal.aborted) throw options.signal.reason;
    const fault = faultOf("engine", error);
    const ending = error instanceof Interrupted ? ("interruption" as const) : null;
    const reported = { response: null, thinking: null, answer: null, source: "not reported", ending };
    return {
      ...about(job, options),
      outcome: "error",
      score: null,
      error: fault.message,
      fault,
      trace: [],
      promptTokens: null,
      reported,
    };
  }
}

const about = ({ problem, point, epoch }: Job<NativePoint>, options: NativeAttemptOptions) => ({
  point: options.point,
  dataset: point.dataset.hash,
  problem: problem.id,
  epoch,
  promptText: problem.text,
  uses: [],
  finishedAt: new Date().toISOString(),
});

const reportedBy = ({ id, thought, answer, tokens, source, finish: ending }: StoredResponse): Reported => {
  const isThought = thought === null && tokens.thinking === null && splitThought(answer).state === "open";
  // Where nothing but an unclosed thought came, its tokens are those of the reply.
  if (isThought)
    return { response: id, thinking: tokens.output, answer: null, source: `${source}, all of it a thought`, ending };
  return { response: id, thinking: tokens.thinking, answer: tokens.answer, source, ending };
};

/** Thoughts behind the first one. A server counts no tokens of them apart. */
const goesOnIn = ({ thought, answer }: NativeResponse): GoesOn => {
  const thoughts = thought === null ? Math.max(0, splitThought(answer).thoughts - 1) : reopenedIn(answer).length;
  return { thoughts, tokens: thoughts === 0 ? 0 : null };
};

/** A thought in the text of the reply that nothing closed: none of it is an answer. */
const openTrace = ({ thought }: Split, finish: NativeResponse["finish"]): Trace => [
  {
    kind: "thinking",
    origin: "sampled",
    stop: isCut(finish) ? "length" : "eos",
    text: thought ?? "",
    tokenIds: [],
  },
];

/** Texts as the server gave them. There are no ids, and no delimiter was seen. */
function traceOf({ thought, answer: said, finish }: NativeResponse): Trace {
  const inText = thought === null ? splitThought(said) : null;
  if (inText?.state === "open") return openTrace(inText, finish);
  const answer = inText?.answer ?? said;
  const isLong = isCut(finish);
  const cutInThought = isLong && answer === "";
  const text = (kind: "thinking" | "answer", stop: Segment["stop"], content: string): Segment => ({
    kind,
    origin: "sampled",
    stop,
    text: content,
    tokenIds: [],
  });
  const shown = thought ?? inText?.thought;
  const thinking = shown ? [text("thinking", cutInThought ? "length" : "delimiter", shown)] : [];
  return [...thinking, text("answer", isLong ? "length" : "eos", answer)];
}

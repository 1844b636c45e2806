import type { Segment } from "../core/segment.ts";
import type { Trace } from "../core/trace.ts";
import type { NativeResponse } from "../ports/native-engine.ts";
import type { AttemptRecord, Reported } from "../ports/result-store.ts";
import type { StoredResponse } from "../ports/response-store.ts";
import { StoreFault } from "../core/store-fault.ts";
import { judge } from "./attempt.ts";
import { faultOf } from "./blame.ts";
import type { Job } from "./jobs.ts";
import type { Responses } from "./native-responses.ts";
import type { NativePoint } from "./prepared.ts";

export type NativeAttemptOptions = Readonly<{ point: number; responses: Responses; signal: AbortSignal }>;

/** Asks once and judges the answer. A fault becomes an attempt with outcome `error`; an abort is thrown on. */
export async function makeNativeAttempt(job: Job<NativePoint>, options: NativeAttemptOptions): Promise<AttemptRecord> {
  const { problem, point } = job;
  try {
    const response = await options.responses.ask(job, options.signal);
    const trace = traceOf(response);
    return {
      ...about(job, options),
      ...(await judge(trace, problem, point.dataset.grader)),
      trace,
      promptTokens: response.tokens.prompt,
      reported: reportedBy(response),
    };
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    if (options.signal.aborted) throw options.signal.reason;
    const fault = faultOf("engine", error);
    const reported = { response: null, thinking: null, answer: null, source: "not reported" };
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

const reportedBy = ({ id, tokens, source }: StoredResponse): Reported => ({
  response: id,
  thinking: tokens.thinking,
  answer: tokens.answer,
  source,
});

/** Texts as the server gave them. There are no ids, and no delimiter was seen. */
function traceOf({ thought, answer, finish }: NativeResponse): Trace {
  const cutInThought = finish === "length" && answer === "";
  const text = (kind: "thinking" | "answer", stop: Segment["stop"], content: string): Segment => ({
    kind,
    origin: "sampled",
    stop,
    text: content,
    tokenIds: [],
  });
  const thinking = thought ? [text("thinking", cutInThought ? "length" : "delimiter", thought)] : [];
  return [...thinking, text("answer", finish === "length" ? "length" : "eos", answer)];
}

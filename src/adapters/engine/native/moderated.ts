import type { NativeResponse } from "../../../ports/native-engine.ts";
import type { Fault } from "../http/fault.ts";

/** The service looked at the question and turned it away: its answer is that there is none. */
export const moderatedResponse = ({ message, status }: Fault): NativeResponse => ({
  thought: null,
  answer: "",
  finish: "content-filter",
  finishReason: `${status ?? ""} ${message.replace(/^\d{3} /, "")}`.trim().slice(0, 200),
  tokens: { prompt: null, cached: null, thinking: 0, answer: 0, output: 0 },
  source: "turned away: nothing was decoded",
});

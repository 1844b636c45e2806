import { Fault, type FaultKind, faultOf, jsonOf } from "./fault.ts";
import { readJson } from "./read-json.ts";

/** Characters of one event, which holds a few tokens, and of some servers the ids of the prompt. */
const mostLine = 16 * 2 ** 20;

/** Lines of a body that comes in parts, without their ends. */
async function* linesOf(body: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const part of body) {
    // A line that is not over yet is only put together: looking through it with each part would take the square of it.
    if (rest.length + part.length > mostLine) throw new Fault("fatal", `an event of more than ${mostLine} characters`);
    if (!part.includes("\n")) {
      rest += part;
      continue;
    }
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}

/** Names of faults in the middle of a stream that are more than a broken connection. */
const kinds: Readonly<Record<string, FaultKind>> = {
  overloaded_error: "busy",
  rate_limit_error: "busy",
  rate_limit_exceeded: "busy",
  insufficient_quota: "fatal",
  invalid_request_error: "fatal",
  invalid_prompt: "fatal",
  authentication_error: "fatal",
  billing_error: "fatal",
  permission_error: "fatal",
  not_found_error: "fatal",
};

/** What is wrong where an event is an error, which carries its status, if any, in `code`; else null. */
export const faultInEvent = (event: unknown): Fault | null => {
  const error = (event as { error?: unknown } | null)?.error;
  if (error === undefined || error === null) return null;
  const { code, type, message } = error as { code?: unknown; type?: unknown; message?: unknown };
  const status = Number(code);
  if (Number.isInteger(status) && status >= 400 && status < 600) return faultOf(status, { error });
  const kind = kinds[String(code)] ?? kinds[String(type)] ?? "down";
  return new Fault(kind, (typeof message === "string" ? message : jsonOf(error)).slice(0, 2000));
};

/** The JSON values of server-sent events up to `[DONE]`. Every server sends one line of data an event. */
export async function* eventsOf(body: AsyncIterable<string>): AsyncGenerator<unknown, void, undefined> {
  for await (const line of linesOf(body)) {
    if (!line.startsWith("data:")) continue;
    const data = line.slice(5).trim();
    if (data === "[DONE]") return;
    const event = readJson(data);
    const fault = faultInEvent(event);
    if (fault) throw fault;
    yield event;
  }
}

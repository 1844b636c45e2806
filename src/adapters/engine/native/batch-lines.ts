import type { BatchResult, NativeRequest } from "../../../ports/native-engine.ts";
import { Fault } from "../http/fault.ts";
import { moderatedResponse } from "./moderated.ts";
import type { Body, Protocol } from "./protocol.ts";

/** A request as a line of a batch holds it: whole answers only. */
export const unstreamed = (protocol: Protocol, asked: NativeRequest): Body => {
  const { stream: _, stream_options: __, ...body } = protocol.body(asked);
  return body;
};

/** What became of a line that failed. */
export const failedLine = (id: string, fault: Fault): BatchResult =>
  fault.moderated
    ? { id, response: moderatedResponse(fault) }
    : { id, error: fault.message, again: fault.kind !== "fatal" };

/** The reply of a line; one that was broken off is asked again. */
export const readLine = (id: string, protocol: Protocol, body: unknown): BatchResult => {
  const reader = protocol.reader();
  try {
    reader.take(body);
    return { id, response: reader.response() };
  } catch (error) {
    if (error instanceof Fault) return failedLine(id, error);
    return { id, error: error instanceof Error ? error.message : String(error), again: false };
  }
};

/** A call that may be made again until it works. */
export type Patient = <T>(call: () => Promise<T>) => Promise<T>;

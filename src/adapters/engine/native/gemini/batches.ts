import type { BatchJob, GoogleGenAI, InlinedRequest, InlinedResponse } from "@google/genai";
import type { Batches, BatchLine, BatchResult, BatchState, Lookup } from "../../../../ports/native-engine.ts";
import { faultInEvent } from "../../http/events.ts";
import { Fault } from "../../http/fault.ts";
import { failedLine, type Patient, readLine, unstreamed } from "../batch-lines.ts";
import { withFaults } from "../client.ts";
import type { Protocol } from "../protocol.ts";
import { sorted } from "./client.ts";

/** Requests within a request: 20 MB in all. */
const mostBytes = 15_000_000;

const ends: readonly (string | undefined)[] = [
  "JOB_STATE_SUCCEEDED",
  "JOB_STATE_FAILED",
  "JOB_STATE_CANCELLED",
  "JOB_STATE_EXPIRED",
  "JOB_STATE_PARTIALLY_SUCCEEDED",
];

type Way = Readonly<{ client: GoogleGenAI; protocol: Protocol; model: string; patient: Patient }>;

const resultOf = (protocol: Protocol, { metadata, response, error }: InlinedResponse): BatchResult | null => {
  const id = metadata?.["key"];
  if (id === undefined) return null;
  if (response) return readLine(id, protocol, response);
  const code = Number(error?.code);
  // Numbers of gRPC: what is not the request's own fault may go better next time.
  const fatal = [3, 5, 7, 9, 11, 12, 16].includes(code);
  const fault = code >= 400 ? faultInEvent({ error }) : new Fault(fatal ? "fatal" : "down", error?.message ?? "failed");
  return failedLine(id, fault ?? new Fault("down", "the line failed"));
};

/** Batches of Gemini, whose requests go up within one request. */
export const geminiBatches = ({ client, protocol, model, patient }: Way): Batches => {
  const { batches } = client;
  const asked = <T>(call: () => Promise<T>): Promise<T> => patient(() => withFaults(call(), sorted));

  const submit = async (lines: readonly BatchLine[], token: string, signal: AbortSignal): Promise<string> => {
    const src = lines.map(({ id, request }): InlinedRequest => {
      const { contents, config } = unstreamed(protocol, request) as InlinedRequest;
      return { contents, config, metadata: { key: id } } as InlinedRequest;
    });
    const made = batches.create({ model, src, config: { displayName: token, abortSignal: signal } });
    const { name } = await withFaults(made, sorted);
    if (name === undefined) throw new Fault("down", "the batch has no name");
    return name;
  };

  const retrieve = (name: string, signal: AbortSignal): Promise<BatchJob> =>
    asked(() => batches.get({ name, config: { abortSignal: signal } }));

  const responsesOf = ({ dest }: BatchJob): readonly InlinedResponse[] => dest?.inlinedResponses ?? [];

  const state = async (name: string, signal: AbortSignal): Promise<BatchState> => {
    const job = await retrieve(name, signal);
    const responses = responsesOf(job);
    const failed = job.state === "JOB_STATE_FAILED" && responses.length === 0;
    return {
      ended: ends.includes(job.state),
      done: responses.length,
      refused: failed ? `the batch was refused: ${job.error?.message ?? "no reason given"}` : null,
    };
  };

  const results = async function* (name: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    for (const response of responsesOf(await retrieve(name, signal))) {
      const result = resultOf(protocol, response);
      if (result) yield result;
    }
  };

  const find = ({ token }: Lookup, signal: AbortSignal): Promise<string | null> =>
    asked(async () => {
      for await (const { name, displayName } of await batches.list({ config: { pageSize: 100, abortSignal: signal } }))
        if (displayName === token && name !== undefined) return name;
      return null;
    });

  return { mostBytes, submit, find, state, results };
};

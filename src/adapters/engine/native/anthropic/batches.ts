import { setTimeout as sleep } from "node:timers/promises";
import type { Anthropic } from "@anthropic-ai/sdk";
import type { Batches, BatchLine, BatchResult, BatchState, Lookup } from "../../../../ports/native-engine.ts";
import { faultInEvent } from "../../http/events.ts";
import { Fault, toFault } from "../../http/fault.ts";
import { failedLine, type Patient, readLine, unstreamed } from "../batch-lines.ts";
import { withFaults } from "../client.ts";
import type { Protocol } from "../protocol.ts";

type Batch = Anthropic.Messages.MessageBatch;
type Individual = Anthropic.Messages.MessageBatchIndividualResponse;
type Request = Anthropic.Messages.BatchCreateParams.Request;

/** At most 256 MB. */
const mostBytes = 200_000_000;

/** Clocks differ. */
const leeway = 10 * 60_000;

type Way = Readonly<{ client: Anthropic; protocol: Protocol; patient: Patient; pollSeconds: number }>;

const resultOf = (protocol: Protocol, { custom_id: id, result }: Individual): BatchResult => {
  if (result.type === "succeeded") return readLine(id, protocol, result.message);
  if (result.type === "errored") {
    const fault = faultInEvent(result.error) ?? new Fault("down", "the line failed");
    return failedLine(id, fault);
  }
  return { id, error: `the line ${result.type}`, again: true };
};

/** Batches of Messages. They have no names of ours, so one that was lost is known by the names of its lines. */
export const messageBatches = ({ client, protocol, patient, pollSeconds }: Way): Batches => {
  const { batches } = client.messages;
  const asked = <T>(call: () => Promise<T>): Promise<T> => patient(() => withFaults(call(), toFault));

  const submit = async (lines: readonly BatchLine[], _token: string, signal: AbortSignal): Promise<string> => {
    const requests = lines.map(({ id, request }) => ({ custom_id: id, params: unstreamed(protocol, request) }));
    const made = batches.create({ requests: requests as unknown as Request[] }, { signal });
    return (await withFaults(made as Promise<Batch>, toFault)).id;
  };

  const retrieve = (id: string, signal: AbortSignal): Promise<Batch> =>
    asked(() => batches.retrieve(id, {}, { signal }) as Promise<Batch>);

  const state = async (id: string, signal: AbortSignal): Promise<BatchState> => {
    const { processing_status, request_counts: counts } = await retrieve(id, signal);
    const done = counts.succeeded + counts.errored + counts.canceled + counts.expired;
    return { ended: processing_status === "ended", done, refused: null };
  };

  const results = async function* (id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    // Not from the address that the service names: a key stays with its host.
    const path = `/v1/messages/batches/${encodeURIComponent(id)}/results`;
    const text = await asked(async () =>
      (await client.get(path, { signal, __binaryResponse: true }).asResponse()).text(),
    );
    for (const line of text.split("\n"))
      if (line.trim() !== "") yield resultOf(protocol, JSON.parse(line) as Individual);
  };

  const isOurs = async (id: string, token: string, signal: AbortSignal): Promise<boolean> => {
    for (;;) {
      if ((await state(id, signal)).ended) break;
      await sleep(pollSeconds * 1000, undefined, { signal });
    }
    for await (const line of results(id, signal)) return line.id.startsWith(`${token}-`);
    return false;
  };

  const candidates = (lookup: Lookup, signal: AbortSignal): Promise<readonly Batch[]> =>
    asked(async () => {
      const found: Batch[] = [];
      const from = Date.parse(lookup.since) - leeway;
      for await (const batch of batches.list({ limit: 100 }, { signal })) {
        if (Date.parse(batch.created_at) < from) break; // the newest come first
        if (!lookup.known.includes(batch.id)) found.push(batch);
      }
      return found;
    });

  const find = async (lookup: Lookup, signal: AbortSignal): Promise<string | null> => {
    for (const { id } of await candidates(lookup, signal)) if (await isOurs(id, lookup.token, signal)) return id;
    return null;
  };

  return { mostBytes, submit, find, state, results };
};

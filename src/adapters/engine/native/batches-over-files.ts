import type OpenAI from "openai";
import type { Batches, BatchLine, BatchResult, BatchState, Lookup } from "../../../ports/native-engine.ts";
import { faultOf } from "../http/fault.ts";
import { failedLine, type Patient, readLine, unstreamed } from "./batch-lines.ts";
import { withFaults } from "./client.ts";
import type { Protocol } from "./protocol.ts";

type Batch = OpenAI.Batch;

type Line = Readonly<{
  custom_id: string;
  response?: Readonly<{ status_code: number; body: unknown }> | null;
  error?: Readonly<{ code?: string | null; message?: string | null }> | null;
}>;

/** A file of at most 200 MB. */
const mostBytes = 150_000_000;

/** The package's own uploads know no fetch but Node's. */
const multipart = (name: string, text: string) => {
  const boundary = "overthink-part-of-a-batch";
  const field = (about: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${about}\r\n\r\n${content}\r\n`;
  const file = `name="file"; filename="${name}"\r\nContent-Type: application/jsonl`;
  const body = `${field('name="purpose"', "batch")}${field(file, text)}--${boundary}--\r\n`;
  return { body: Buffer.from(body), type: `multipart/form-data; boundary=${boundary}` };
};

const ends: readonly string[] = ["completed", "failed", "expired", "cancelled"];

/** Nothing was taken in: the service says why of each line. */
const refusalOf = ({ status, errors, output_file_id, error_file_id }: Batch): string | null => {
  if (status !== "failed" || output_file_id || error_file_id) return null;
  const said = errors?.data?.map(({ message, line }) => (line ? `line ${line}: ${message}` : message)) ?? [];
  return `the batch was refused: ${said.slice(0, 3).join("; ") || "no reason given"}`;
};

type Way = Readonly<{ client: OpenAI; protocol: Protocol; prefix: string; patient: Patient }>;

/** Batches in the way of OpenAI: a file of lines goes up, a file of answers and one of errors come down. */
export const batchesOverFiles = ({ client, protocol, prefix, patient }: Way): Batches => {
  // Whatever the routes here begin with, a line names the protocol's own.
  const route = `/v1${protocol.path.slice(prefix.length)}`;
  const nameOf = (token: string): string => `${token}.jsonl`;

  const submit = async (lines: readonly BatchLine[], token: string, signal: AbortSignal): Promise<string> => {
    const text = lines.map(({ id, request }) =>
      JSON.stringify({ custom_id: id, method: "POST", url: route, body: unstreamed(protocol, request) }),
    );
    const { body, type } = multipart(nameOf(token), `${text.join("\n")}\n`);
    const upload = client.post<{ id: string }>(`${prefix}/files`, { body, headers: { "content-type": type }, signal });
    const { id } = await withFaults(upload);
    const batch = {
      input_file_id: id,
      endpoint: route,
      completion_window: "24h",
      metadata: { overthink: token },
    };
    return (await withFaults(client.post<Batch>(`${prefix}/batches`, { body: batch, signal }))).id;
  };

  const pages = async function* (path: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    for (let after = ""; ;) {
      const page = await patient(() =>
        withFaults(
          client.get<{ data?: Record<string, unknown>[]; has_more?: boolean }>(`${prefix}${path}`, {
            query: { limit: 100, ...(after === "" ? {} : { after }) },
            signal,
          }),
        ),
      );
      const data = page.data ?? [];
      yield* data;
      const last = data.at(-1)?.["id"];
      if (page.has_more !== true || typeof last !== "string") return;
      after = last;
    }
  };

  /** By our name in its metadata, or by the name of its file where the service keeps no metadata. */
  const find = async ({ token }: Lookup, signal: AbortSignal): Promise<string | null> => {
    const files = new Set<unknown>();
    for await (const { id, filename } of pages("/files", signal)) if (filename === nameOf(token)) files.add(id);
    for await (const { id, metadata, input_file_id } of pages("/batches", signal)) {
      const told = (metadata as { overthink?: unknown } | null)?.overthink;
      if (told === token || files.has(input_file_id)) return String(id);
    }
    return null;
  };

  const retrieve = (id: string, signal: AbortSignal): Promise<Batch> =>
    patient(() => withFaults(client.get<Batch>(`${prefix}/batches/${id}`, { signal })));

  const state = async (id: string, signal: AbortSignal): Promise<BatchState> => {
    const batch = await retrieve(id, signal);
    const { completed = 0, failed = 0 } = batch.request_counts ?? {};
    return { ended: ends.includes(batch.status), done: completed + failed, refused: refusalOf(batch) };
  };

  const linesOf = async (file: string, signal: AbortSignal): Promise<readonly Line[]> => {
    const text = await patient(async () => {
      const path = `${prefix}/files/${file}/content`;
      return (await withFaults(client.get(path, { signal, __binaryResponse: true }).asResponse())).text();
    });
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as Line);
  };

  const resultOf = ({ custom_id: id, response, error }: Line): BatchResult => {
    if (response && response.status_code < 300) return readLine(id, protocol, response.body);
    if (response) return failedLine(id, faultOf(response.status_code, response.body));
    // What was not reached before the window closed, or was called off.
    return { id, error: error?.message ?? error?.code ?? "no answer", again: true };
  };

  const results = async function* (id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    const { output_file_id, error_file_id } = await retrieve(id, signal);
    for (const file of [output_file_id, error_file_id])
      if (file) for (const line of await linesOf(file, signal)) yield resultOf(line);
  };

  return { mostBytes, submit, find, state, results };
};

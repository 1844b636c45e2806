import { messageFor, startAnthropic } from "./anthropic.ts";
import { replyFor, startGemini } from "./gemini.ts";
import { type ChatService, completionFor, responseFor, shapes, startChat } from "./openai.ts";
import type { Asked, Json, RawService, Sent } from "./raw.ts";

/** What becomes of a line. */
export type Fate = "ok" | "expired" | "error" | "refused" | "missing";

export type Desk = {
  /** Batches as they were handed in: the ids of their lines. */
  batches: { id: string; lines: { id: string; body: Json }[]; polls: number; token: string; made: string }[];
  /** Looks at a batch before it has ended. */
  patience: number;
  fate: (line: { id: string; body: Json }, batch: number) => Fate;
  /** Steps at which the service makes the caller wait for ever, each once. */
  hold: Set<"upload" | "create" | "created" | "results">;
  /** Called when somebody is made to wait. */
  onHeld: () => void;
};

export const newDesk = (changes: Partial<Desk> = {}): Desk => ({
  batches: [],
  patience: 1,
  fate: () => "ok",
  hold: new Set(),
  onHeld: () => undefined,
  ...changes,
});

const never: Sent = { write: () => undefined };

const held = (desk: Desk, step: "upload" | "create" | "created" | "results"): boolean => {
  if (!desk.hold.delete(step)) return false;
  desk.onHeld();
  return true;
};

const hand = (desk: Desk, lines: Desk["batches"][number]["lines"], token: string) => {
  const batch = { id: `batch_${desk.batches.length + 1}`, lines, polls: 0, token, made: new Date().toISOString() };
  desk.batches.push(batch);
  return batch;
};

const isEnded = (desk: Desk, batch: Desk["batches"][number]): boolean => batch.polls >= desk.patience;

const overFiles = (desk: Desk, service: ChatService, chatOnly: boolean) => {
  const { prefix } = shapes[service];
  const files = new Map<string, { filename: string; text: string }>();
  const inputs = new Map<string, string>();
  const store = (filename: string, text: string): string => {
    const id = `file-${files.size + 1}`;
    files.set(id, { filename, text });
    return id;
  };
  const bodyOf = (body: Json): Json =>
    service === "openai" && !chatOnly ? responseFor(body) : completionFor(service, body);
  const about = (batch: Desk["batches"][number]): Json => {
    const ended = isEnded(desk, batch);
    const base = { id: batch.id, object: "batch", input_file_id: inputs.get(batch.id) };
    const metadata = service === "openrouter" ? null : { overthink: batch.token };
    if (!ended)
      return { ...base, metadata, status: "in_progress", request_counts: { total: 9, completed: 0, failed: 0 } };
    const at = desk.batches.indexOf(batch);
    const of = (kinds: readonly Fate[]) => batch.lines.filter((line) => kinds.includes(desk.fate(line, at)));
    const good = of(["ok"]).map(({ id, body }) => ({
      id: "r",
      custom_id: id,
      response: { status_code: 200, request_id: "q", body: bodyOf(body) },
      error: null,
    }));
    const bad = of(["expired", "error", "refused"]).map((line) => {
      const fate = desk.fate(line, at);
      const error = { error: { message: fate === "refused" ? "Unsupported parameter" : "server error", type: "e" } };
      return fate === "expired"
        ? { custom_id: line.id, response: null, error: { code: "batch_expired", message: "not reached in time" } }
        : { custom_id: line.id, response: { status_code: fate === "refused" ? 400 : 500, body: error }, error: null };
    });
    const text = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).join("\n");
    return {
      ...base,
      metadata,
      status: of(["expired"]).length > 0 ? "expired" : "completed",
      request_counts: { total: batch.lines.length, completed: good.length, failed: bad.length },
      // Answers come in any order.
      output_file_id: good.length > 0 ? store("out", text(good.toReversed())) : null,
      error_file_id: bad.length > 0 ? store("bad", text(bad)) : null,
    };
  };
  return ({ method, path, text, body }: Asked): Sent | null => {
    if (!path.startsWith(`${prefix}/files`) && !path.startsWith(`${prefix}/batches`)) return null;
    const rest = path.slice(prefix.length);
    if (method === "POST" && rest === "/files") {
      const [, filename = ""] = /filename="([^"]+)"/.exec(text) ?? [];
      const [, content = ""] = /application\/jsonl\r\n\r\n([\s\S]*?)\r\n--/.exec(text) ?? [];
      if (!text.includes('name="purpose"\r\n\r\nbatch')) throw new Error("no purpose");
      if (held(desk, "upload")) return never;
      return { body: { id: store(filename, content), object: "file", filename, purpose: "batch" } };
    }
    if (method === "GET" && rest === "/files")
      return { body: { data: [...files].map(([id, { filename }]) => ({ id, filename })), has_more: false } };
    const [, file] = /^\/files\/([^/]+)\/content$/.exec(rest) ?? [];
    if (file !== undefined) return held(desk, "results") ? never : { body: files.get(file)?.text ?? "" };
    if (method === "POST" && rest === "/batches") {
      if (held(desk, "create")) return never;
      const { text: lines = "", filename = "" } = files.get(String(body["input_file_id"])) ?? {};
      const parsed = lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { custom_id: string; url: string; body: Json });
      if (parsed.some(({ url }) => url !== body["endpoint"])) throw new Error("another endpoint");
      if (parsed.some((line) => "stream" in line.body)) throw new Error("a stream in a batch");
      const batch = hand(
        desk,
        parsed.map((line) => ({ id: line.custom_id, body: line.body })),
        filename.replace(".jsonl", ""),
      );
      inputs.set(batch.id, String(body["input_file_id"]));
      return held(desk, "created") ? never : { body: about(batch) };
    }
    if (rest === "/batches") return { body: { data: desk.batches.toReversed().map(about), has_more: false } };
    const batch = desk.batches.find(({ id }) => rest === `/batches/${id}`);
    if (!batch) return { status: 404, body: { error: { message: "no such batch" } } };
    batch.polls++;
    return { body: about(batch) };
  };
};

const overMessages =
  (desk: Desk) =>
  ({ method, path, body }: Asked): Sent | null => {
    if (!path.startsWith("/v1/messages/batches")) return null;
    const about = (batch: Desk["batches"][number]): Json => {
      const ended = isEnded(desk, batch);
      const count = ended ? batch.lines.length : 0;
      return {
        id: batch.id,
        type: "message_batch",
        processing_status: ended ? "ended" : "in_progress",
        request_counts: {
          processing: batch.lines.length - count,
          succeeded: count,
          errored: 0,
          canceled: 0,
          expired: 0,
        },
        created_at: batch.made,
        ended_at: ended ? batch.made : null,
        expires_at: batch.made,
        results_url: ended ? "here" : null,
        archived_at: null,
        cancel_initiated_at: null,
      };
    };
    if (method === "POST" && path === "/v1/messages/batches") {
      if (held(desk, "create")) return never;
      const requests = body["requests"] as { custom_id: string; params: Json }[];
      const batch = hand(
        desk,
        requests.map(({ custom_id: id, params }) => ({ id, body: params })),
        "",
      );
      return held(desk, "created") ? never : { body: about(batch) };
    }
    if (path === "/v1/messages/batches")
      return { body: { data: desk.batches.toReversed().map(about), has_more: false, first_id: null, last_id: null } };
    const batch = desk.batches.find(({ id }) => path.startsWith(`/v1/messages/batches/${id}`));
    if (!batch) return { status: 404, body: { type: "error", error: { type: "not_found_error", message: "none" } } };
    if (!path.endsWith("/results")) {
      batch.polls++;
      return { body: about(batch) };
    }
    if (held(desk, "results")) return never;
    const at = desk.batches.indexOf(batch);
    const failure = (type: string, message: string) => ({
      type: "errored",
      error: { type: "error", error: { type, message } },
    });
    const lines = batch.lines.toReversed().flatMap((line) => {
      const fate = desk.fate(line, at);
      const result = {
        ok: { type: "succeeded", message: messageFor(line.body) },
        expired: { type: "expired" },
        error: failure("api_error", "server error"),
        refused: failure("invalid_request_error", "Unsupported parameter"),
        missing: null,
      }[fate];
      return result ? [JSON.stringify({ custom_id: line.id, result })] : [];
    });
    return { body: `${lines.join("\n")}\n` };
  };

const overGemini =
  (desk: Desk) =>
  ({ method, path, body }: Asked): Sent | null => {
    const about = (batch: Desk["batches"][number], whole = false): Json => {
      const ended = isEnded(desk, batch);
      const at = desk.batches.indexOf(batch);
      const responses = batch.lines.flatMap((line): Json[] => {
        const fate = desk.fate(line, at);
        const metadata = { key: line.id };
        if (fate === "ok") return [{ metadata, response: replyFor("m", line.body) }];
        if (fate === "missing") return [];
        return [{ metadata, error: { code: fate === "refused" ? 3 : 13, message: fate } }];
      });
      return {
        name: `batches/${batch.id}`,
        metadata: {
          displayName: batch.token,
          state: ended ? "BATCH_STATE_SUCCEEDED" : "BATCH_STATE_RUNNING",
          createTime: batch.made,
          ...(ended && whole ? { output: { inlinedResponses: { inlinedResponses: responses } } } : {}),
        },
      };
    };
    if (method === "POST" && path.endsWith(":batchGenerateContent")) {
      if (held(desk, "create")) return never;
      const asked = body["batch"] as {
        displayName: string;
        inputConfig: { requests: { requests: { request: Json; metadata: { key: string } }[] } };
      };
      const batch = hand(
        desk,
        asked.inputConfig.requests.requests.map(({ request, metadata }) => ({ id: metadata.key, body: request })),
        asked.displayName,
      );
      return held(desk, "created") ? never : { body: about(batch) };
    }
    if (method === "GET" && path === "/v1beta/batches")
      return { body: { operations: desk.batches.toReversed().map((batch) => about(batch)) } };
    const batch = desk.batches.find(({ id }) => path === `/v1beta/batches/${id}`);
    if (!batch) return null;
    batch.polls++;
    return isEnded(desk, batch) && held(desk, "results") ? never : { body: about(batch, true) };
  };

export const batching = ["openai", "openai chat", "openrouter", "anthropic", "gemini"] as const;
export type Batching = (typeof batching)[number];

/** A service that takes batches; the desk may outlive it. */
export const startBatching = (service: Batching, desk: Desk): Promise<RawService> => {
  if (service === "anthropic") return startAnthropic({ more: overMessages(desk) });
  if (service === "gemini") return startGemini({ more: overGemini(desk) });
  if (service === "openrouter") return startChat("openrouter", { more: overFiles(desk, "openrouter", true) });
  return startChat("openai", { more: overFiles(desk, "openai", service === "openai chat") });
};

/** A model entry of an experiment for it, written out in YAML's flow style. */
export const entryOf = (service: Batching, url: string): string => {
  const common = "name: closed, api_key_env: CLOSED_API_KEY, batch: { poll_seconds: 0.02 }";
  if (service === "anthropic") return `{ ${common}, engine: anthropic, base_url: "${url}", model: claude-opus-4-8 }`;
  if (service === "gemini") return `{ ${common}, engine: gemini, base_url: "${url}", model: gemini-3.1-pro-preview }`;
  const name = service === "openrouter" ? "openrouter" : "openai";
  const protocol = service === "openai" ? "responses" : "chat";
  const model = service === "openrouter" ? "openai/gpt-5.4" : "gpt-5.4";
  return `{ ${common}, engine: openai-native, service: ${name}, protocol: ${protocol}, base_url: "${url}${shapes[name].prefix}", model: ${model} }`;
};

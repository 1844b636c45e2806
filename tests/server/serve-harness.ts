import { createScriptedEngine, type ScriptedEngine } from "../../src/adapters/engine/scripted/engine.ts";
import { resolveFormat } from "../../src/formats/resolve.ts";
import { familyFormat } from "../../src/formats/schema.ts";
import type { EngineInfo } from "../../src/ports/engine.ts";
import { startServer, type ServerOptions } from "../../src/server/start-server.ts";
import type { RunningServer } from "../../src/server/listening.ts";

export type Served = Readonly<{ server: RunningServer; engine: ScriptedEngine; close: () => Promise<void> }>;

/** Any model of pseudo-random thoughts, over a real socket. */
export const serveScripted = async (
  options: Partial<ServerOptions> = {},
  script: Parameters<typeof createScriptedEngine>[0] = {},
  info: Partial<EngineInfo> = {},
): Promise<Served> => {
  const engine = createScriptedEngine({ seeded: {}, ...script });
  Object.assign(engine, { info: { ...engine.info, ...info } });
  // Written out: the questions of these tests are put in the same way whatever template the model has.
  const format = await resolveFormat(familyFormat("pico"), engine, "pico");
  const server = await startServer({ engine, format, model: "pico", port: 0, ...options });
  return { server, engine, close: server.close };
};

export const post = (
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

type Choice = Readonly<{
  index: number;
  text: string;
  token_ids: number[];
  prompt_token_ids: number[] | null;
  finish_reason: string | null;
  stop_reason: number | string | null;
  message: Record<string, unknown>;
  delta: Readonly<{ content?: string; reasoning_content?: string }>;
}>;

/** The fields of answers that tests look at. */
export type Json = Readonly<{ choices: Choice[]; usage: Record<string, unknown> | null; tokens: number[] }>;

export const ask = async (url: string, path: string, body: unknown): Promise<Json> => {
  const response = await post(url, path, body);
  const value = (await response.json()) as Json;
  if (!response.ok) throw new Error(JSON.stringify(value));
  return value;
};

/** Events of a stream, [DONE] left out but demanded. */
export const events = async (url: string, path: string, body: object): Promise<Json[]> => {
  const text = await (await post(url, path, { ...body, stream: true })).text();
  const lines = text.split("\n\n").filter((line) => line !== "");
  if (lines.at(-1) !== "data: [DONE]") throw new Error(`no end: ${lines.at(-1)}`);
  return lines.slice(0, -1).map((line) => JSON.parse(line.replace("data: ", "")) as Json);
};

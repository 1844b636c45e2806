import { once } from "node:events";
import { openModel } from "../../app/open-model.ts";
import { UserError } from "../../core/user-error.ts";
import { ownVersion } from "../../app/record.ts";
import { note } from "../note.ts";
import { startServer } from "../../server/start-server.ts";

export type ServeFlags = Readonly<{ port: number; host: string; tokenEnv?: string; model?: string; set: string[] }>;

/** Serves a model of an experiment file until it is stopped. */
export async function serveCommand(path: string, { port, host, tokenEnv, model, set }: ServeFlags): Promise<number> {
  const token = tokenEnv === undefined ? null : (process.env[tokenEnv] ?? null);
  if (tokenEnv !== undefined && !token)
    throw new UserError(`environment variable ${tokenEnv} is not set`, {
      hint: "--token-env names the variable that holds the token",
    });
  const { name, engine, format } = await openModel(path, { model, set, onNote: note });
  try {
    const server = await startServer({ engine, format, model: name, port, host, token, version: ownVersion() });
    process.stdout.write(`${name} at ${server.url}/v1\n`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
    return 0;
  } finally {
    await engine.close();
  }
}

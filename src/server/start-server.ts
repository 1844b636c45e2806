import { serve } from "@hono/node-server";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../core/user-error.ts";
import type { ResolvedFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import { createApp } from "./app.ts";
import { isLoopback } from "./guard.ts";
import { explain, listening, type RunningServer } from "./listening.ts";

export type ServerOptions = Readonly<{
  engine: Engine;
  format: ResolvedFormat;
  /** The model's name for clients. */
  model: string;
  /** 0: any free one. */
  port?: number;
  host?: string;
  /** What clients must send as a bearer token; needed for any host but loopback. */
  token?: string | null;
  /** Ours, for clients that ask. */
  version?: string;
}>;

/** Offers an engine to any client of OpenAI's API. The engine stays the caller's to close. */
export const startServer = async ({
  engine,
  format,
  model,
  port = 8000,
  host = "127.0.0.1",
  token = null,
  version = "0",
}: ServerOptions): Promise<RunningServer> => {
  if (!isLoopback(host) && !token)
    throw new UserError(`listening on ${host} lets others in`, {
      hint: "give a token that clients must send, or listen on 127.0.0.1",
    });
  const app = createApp({
    model: { name: model, engine, format },
    token,
    version,
    hosts: isLoopback(host) ? [] : null,
  });
  const server = serve({ fetch: app.fetch, port, hostname: host });
  try {
    await listening(server);
  } catch (error) {
    throw explain(error, host, port);
  }
  const { port: actual } = server.address() as AddressInfo;
  const shown = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        (server as Server).closeAllConnections();
      }),
  };
};

import { serve } from "@hono/node-server";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../core/user-error.ts";
import { isLoopback } from "../guard.ts";
import { explain, listening, type RunningServer } from "../listening.ts";
import type { Answers } from "./answers.ts";
import { viewApp } from "./app.ts";

export type ViewServerOptions = Readonly<{
  answers: Answers;
  assets: string;
  /** 0: any free one. */
  port: number;
  host: string;
  token: string | null;
}>;

/** Serves the page until it is closed. */
export async function startView({ answers, assets, port, host, token }: ViewServerOptions): Promise<RunningServer> {
  if (!isLoopback(host) && !token)
    throw new UserError(`listening on ${host} lets others in`, {
      hint: "give a token with --token-env, or listen on 127.0.0.1",
    });
  let actual = port;
  const hosts = isLoopback(host)
    ? () => ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${actual}`)
    : () => null;
  const app = viewApp({ answers, assets, token, hosts });
  const server = serve({ fetch: app.fetch, port, hostname: host });
  await listening(server).catch((error: unknown) => {
    throw explain(error, host, port);
  });
  ({ port: actual } = server.address() as AddressInfo);
  const shown = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        (server as Server).closeAllConnections();
      }),
  };
}

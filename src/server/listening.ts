import type { ServerType } from "@hono/node-server";
import { UserError } from "../core/user-error.ts";

export type RunningServer = Readonly<{ url: string; close: () => Promise<void> }>;

/** Settles once a server listens, or cannot. */
export const listening = (server: ServerType): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });

/** Why an address cannot be had, in words. */
export const explain = (error: unknown, host: string, port: number): unknown => {
  const code = (error as { code?: unknown }).code;
  if (code === "EADDRINUSE")
    return new UserError(`port ${port} of ${host} is in use`, { hint: "choose another one with --port" });
  return code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND"
    ? new UserError(`cannot listen on ${host}:${port} (${code})`)
    : error;
};

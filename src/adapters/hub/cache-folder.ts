import { homedir } from "node:os";
import { join } from "node:path";

/** A folder of OVERTHINK_CACHE, or of the user's cache folder. */
export const cacheFolder = (name: string, env: Readonly<Record<string, string | undefined>> = process.env): string =>
  env["OVERTHINK_CACHE"]
    ? join(env["OVERTHINK_CACHE"], name)
    : join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "overthink", name);

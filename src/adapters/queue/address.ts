import { UserError } from "../../core/user-error.ts";

/**
 * `lease`: seconds without a sign of life after which a worker's batches are given to others. `grace`: seconds that a
 * worker that was asked to leave has for what it began.
 */
export type QueueAddress = Readonly<{ url: string; lease: number; grace: number }>;

const usualLease = 60;
/** Kubernetes kills a process 30 seconds after its SIGTERM. */
const usualGrace = 25;

/** Reads `redis://host:port/0?lease=60&grace=25`; `rediss://` is encrypted. */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw new UserError(`--queue ${JSON.stringify(text)}: expected an address such as redis://127.0.0.1:6379/0`);
  for (const name of url.searchParams.keys())
    if (name !== "lease" && name !== "grace")
      throw new UserError(`--queue ${JSON.stringify(text)}: ${JSON.stringify(name)} is neither lease nor grace`);
  const seconds = (name: string, usual: number, least: number): number => {
    const value = Number(url.searchParams.get(name) ?? usual);
    if (Number.isFinite(value) && value >= least) return value;
    throw new UserError(`--queue ${JSON.stringify(text)}: ${name} is a number of seconds of at least ${least}`);
  };
  const [lease, grace] = [seconds("lease", usualLease, 1), seconds("grace", usualGrace, 0)];
  url.search = "";
  return { url: url.href, lease, grace };
}

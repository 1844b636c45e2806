import { UserError } from "../../core/user-error.ts";

/** `lease`: seconds without a sign of life after which a worker's batches are given to others. */
export type QueueAddress = Readonly<{ url: string; lease: number }>;

const usualLease = 60;

/** Reads `redis://host:port/0?lease=60`; `rediss://` is encrypted. */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw new UserError(`--queue ${JSON.stringify(text)}: expected an address such as redis://127.0.0.1:6379/0`);
  const lease = Number(url.searchParams.get("lease") ?? usualLease);
  if (!Number.isFinite(lease) || lease < 1)
    throw new UserError(`--queue ${JSON.stringify(text)}: lease is a number of seconds of at least 1`);
  url.search = "";
  return { url: url.href, lease };
}

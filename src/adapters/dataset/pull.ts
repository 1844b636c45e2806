import { setTimeout as sleep } from "node:timers/promises";
import { statSync } from "node:fs";
import { Failure, UserError } from "../../core/user-error.ts";
import type { Card } from "../../datasets/card.ts";
import { problemsOf } from "../../datasets/problems.ts";
import { cachedFile, fileHash, keep, type PullRecord, readRecord } from "./cache.ts";
import { discard, download, type Downloaded } from "./download.ts";
import { hubFault, Passing } from "./hub-fault.ts";
import type { Fetch } from "./hub-request.ts";
import { cardLayout } from "./load.ts";
import { readRows } from "./read-rows.ts";

export type PullOptions = Readonly<{
  cacheDir: string;
  fetch?: Fetch;
  /** HF_TOKEN, HF_ENDPOINT. */
  env?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  onProgress?: (bytes: number, total: number | null) => void;
  stallMs?: number;
  tries?: number;
  /** Wait before the second try; it doubles with each further one. */
  backoffMs?: number;
}>;

export type Pulled = Readonly<{
  name: string;
  file: string;
  /** What it took; `kept`: the Hub could not be asked, and the copy here is the one pulled before. */
  how: "downloaded" | "resumed" | "unchanged" | "kept";
  record: PullRecord;
  /** Why the Hub could not be asked. */
  reason: string | null;
}>;

type Pull = Readonly<{
  name: string;
  card: Card;
  hub: NonNullable<Card["hub"]>;
  file: string;
  /** The copy here, if it is whole. */
  record: PullRecord | undefined;
  options: PullOptions;
}>;

const defaultEndpoint = "https://huggingface.co";

const endpointOf = ({ env = process.env }: PullOptions): string => {
  const endpoint = (env["HF_ENDPOINT"] || defaultEndpoint).replace(/\/+$/, "");
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return endpoint;
  throw new UserError(`HF_ENDPOINT is not an address: ${JSON.stringify(endpoint)}`, {
    hint: "such as https://huggingface.co",
  });
};

const urlOf = ({ hub, options }: Pull): string => {
  const path = hub.file.split("/").map(encodeURIComponent).join("/");
  return `${endpointOf(options)}/datasets/${hub.id}/resolve/${encodeURIComponent(hub.revision)}/${path}`;
};

const tokenOf = ({ card, options: { env = process.env } }: Pull): string | undefined =>
  card.gated ? env["HF_TOKEN"]?.trim() || undefined : undefined;

const oneTry = async (pull: Pull, part: string): Promise<Downloaded> => {
  const { name, hub, record, options } = pull;
  const url = urlOf(pull);
  const token = tokenOf(pull);
  const asked = { name, hub, hasToken: token !== undefined, host: new URL(url).host };
  return await download({
    url,
    token,
    part,
    have: record?.etag ?? null,
    fetch: options.fetch ?? fetch,
    signal: options.signal ?? new AbortController().signal,
    stallMs: options.stallMs ?? 60_000,
    onProgress: options.onProgress ?? (() => {}),
    refuse: (response) => hubFault(response, asked),
  });
};

/** The system's word for a broken connection hides one or two causes deep. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (error.cause instanceof Error && !(error instanceof Passing)) return reasonOf(error.cause);
  return code && !error.message.includes(code) ? `${error.message || "connection failed"} (${code})` : error.message;
};

/** Tries until it works, something needs mending, or the tries are spent. */
const tryOften = async (pull: Pull, part: string): Promise<Downloaded> => {
  const { tries = 4, backoffMs = 1000, signal } = pull.options;
  for (let count = 1; ; count++) {
    try {
      return await oneTry(pull, part);
    } catch (error) {
      if (error instanceof UserError || signal?.aborted) throw error;
      if (count >= tries) throw new Passing(reasonOf(error), { cause: error });
      const wait = backoffMs * 2 ** (count - 1);
      await sleep(Math.max(wait, error instanceof Passing ? error.afterMs : 0), undefined, signal ? { signal } : {});
    }
  }
};

const checkHash = (sha256: string, { name, card }: Pull): void => {
  if (card.sha256 === undefined || card.sha256 === sha256) return;
  throw new UserError(
    `data set ${JSON.stringify(name)}: the sha256 of what came is ${sha256}, its card says ${card.sha256}`,
    {
      hint: "the download was dropped; try again, or choose another HF_ENDPOINT",
    },
  );
};

const checkCount = (count: number, { name, card }: Pull): void => {
  if (card.count === undefined || card.count === count) return;
  throw new UserError(`data set ${JSON.stringify(name)}: ${count} problems came, its card says ${card.count}`, {
    hint: "the download was dropped; correct the revision or the count of the card",
  });
};

/** Only what the card promises is kept; anything else would be continued by the next try. */
const checkPart = async (pull: Pull, part: string): Promise<Pick<PullRecord, "sha256" | "count">> => {
  try {
    const sha256 = await fileHash(part);
    checkHash(sha256, pull);
    const rows = await readRows(part, pull.hub.file);
    const count = problemsOf({ file: pull.hub.file, layout: cardLayout(pull.card), rows }).length;
    checkCount(count, pull);
    return { sha256, count };
  } catch (error) {
    await discard(part);
    throw error;
  }
};

const finish = async (pull: Pull, part: string, got: Extract<Downloaded, { changed: true }>): Promise<Pulled> => {
  const { name, file, hub } = pull;
  const checked = await checkPart(pull, part);
  const isCommit = /^[0-9a-f]{40}$/.test(hub.revision);
  const record = {
    url: urlOf(pull),
    etag: got.etag,
    commit: got.commit ?? (isCommit ? hub.revision : null),
    ...checked,
    bytes: statSync(part).size,
    pulledAt: new Date().toISOString(),
  };
  await keep(part, file, record);
  await discard(part);
  return { name, file, how: got.resumedAt > 0 ? "resumed" : "downloaded", record, reason: null };
};

/** The copy here, if it is still what was pulled. */
const intactRecord = async (file: string, card: Card): Promise<PullRecord | undefined> => {
  const record = readRecord(file);
  if (!record || (await fileHash(file)) !== record.sha256) return undefined;
  return card.sha256 === undefined || card.sha256 === record.sha256 ? record : undefined;
};

/** Nothing the user wrote is wrong: the world is. */
const cannotReach = ({ name, options }: Pull, error: Passing): Failure =>
  new Failure(
    `cannot pull data set ${JSON.stringify(name)} from ${new URL(endpointOf(options)).host}: ${error.message} ` +
      "(the same command goes on where it stopped; HF_ENDPOINT chooses a mirror)",
    { cause: error },
  );

/** Downloads a data set from the Hub into the cache, checks it, and says what came. */
export const pullDataset = async (name: string, card: Card, options: PullOptions): Promise<Pulled> => {
  if (!card.hub) throw new UserError(`data set ${JSON.stringify(name)} is here already, there is nothing to pull`);
  const file = cachedFile(name, card, options.cacheDir);
  const record = await intactRecord(file, card);
  const pull = { name, card, hub: card.hub, file, record, options };
  if (record && card.sha256 !== undefined) return { name, file, how: "unchanged", record, reason: null };
  const part = `${file}.part`;
  try {
    const got = await tryOften(pull, part);
    if (got.changed) return await finish(pull, part, got);
    if (record) return { name, file, how: "unchanged", record, reason: null };
    throw new Passing("the server says that nothing changed, but the copy here is damaged");
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    if (record) return { name, file, how: "kept", record, reason: error.message };
    throw cannotReach(pull, error);
  }
};

import { statSync } from "node:fs";
import { UserError } from "../../core/user-error.ts";
import type { Card } from "../../datasets/card.ts";
import { problemsOf } from "../../datasets/problems.ts";
import { cachedFile, fileHash, keep, type PullRecord, readRecord } from "./cache.ts";
import { discard, type Downloaded } from "../hub/download.ts";
import { cannotReach, fetchFile, type HubFile, type HubOptions, urlOf } from "../hub/hub-file.ts";
import { Passing } from "../hub/hub-fault.ts";
import { cardLayout } from "./load.ts";
import { readRows } from "./read-rows.ts";

export type PullOptions = HubOptions & Readonly<{ cacheDir: string }>;

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

const hubFileOf = ({ name, card, hub }: Pull): HubFile => ({ kind: "data set", name, ...hub, gated: card.gated });

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
    url: urlOf(hubFileOf(pull), pull.options),
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

/** Downloads a data set from the Hub into the cache, checks it, and says what came. */
export const pullDataset = async (name: string, card: Card, options: PullOptions): Promise<Pulled> => {
  if (!card.hub) throw new UserError(`data set ${JSON.stringify(name)} is here already, there is nothing to pull`);
  const file = cachedFile(name, card, options.cacheDir);
  const record = await intactRecord(file, card);
  const pull = { name, card, hub: card.hub, file, record, options };
  if (record && card.sha256 !== undefined) return { name, file, how: "unchanged", record, reason: null };
  const part = `${file}.part`;
  try {
    const got = await fetchFile(hubFileOf(pull), { part, have: record?.etag ?? null }, options);
    if (got.changed) return await finish(pull, part, got);
    if (record) return { name, file, how: "unchanged", record, reason: null };
    throw new Passing("the server says that nothing changed, but the copy here is damaged");
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    if (record) return { name, file, how: "kept", record, reason: error.message };
    throw cannotReach(hubFileOf(pull), error, options);
  }
};

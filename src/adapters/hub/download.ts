import { existsSync, readFileSync, statSync } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { UserError } from "../../core/user-error.ts";
import { Passing } from "./hub-fault.ts";
import { type Fetch, type HubAnswer, hubGet } from "./hub-request.ts";

export type Download = Readonly<{
  url: string;
  token: string | undefined;
  /** File that grows; what is there already is continued. */
  part: string;
  /** Content that is here already, so that it is not sent again. */
  have: string | null;
  fetch: Fetch;
  signal: AbortSignal;
  /** Give up on a connection that sends nothing for so long. */
  stallMs: number;
  onProgress: (bytes: number, total: number | null) => void;
  /** Bytes that it may have. */
  most: number;
  /** Turns a refusal into an error. */
  refuse: (response: Response) => Error;
}>;

export type Downloaded = Readonly<
  { changed: false } | { changed: true; etag: string | null; commit: string | null; resumedAt: number }
>;

const noteOf = (part: string): string => `${part}.etag`;

/** How much of the content is here, and which content it is; a part of unknown content is worthless. */
const begun = (part: string): Readonly<{ bytes: number; etag: string }> | undefined => {
  if (!existsSync(part) || !existsSync(noteOf(part))) return undefined;
  const bytes = statSync(part).size;
  return bytes > 0 ? { bytes, etag: readFileSync(noteOf(part), "utf8") } : undefined;
};

export const discard = async (part: string): Promise<void> => {
  await rm(part, { force: true });
  await rm(noteOf(part), { force: true });
};

const headersOf = ({ part, have }: Download): Readonly<Record<string, string>> => {
  const start = begun(part);
  return {
    "accept-encoding": "identity",
    ...(start ? { range: `bytes=${start.bytes}-`, "if-range": start.etag } : {}),
    ...(have === null ? {} : { "if-none-match": have }),
  };
};

/** Aborts when nothing was heard for a while; `heard` starts the time anew. */
const watchdog = (stallMs: number, outer: AbortSignal) => {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Passing(`nothing came for ${stallMs / 1000} s`));
  let timer = setTimeout(stop, stallMs);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(stop, stallMs);
    },
    end: () => clearTimeout(timer),
  };
};

const startOf = async (response: Response, part: string): Promise<number> => {
  if (response.status !== 206) return 0;
  const from = Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]);
  if (from === begun(part)?.bytes) return from;
  await discard(part);
  throw new Passing("the server continued at another place than asked");
};

const totalOf = (response: Response, from: number): number | null => {
  const length = response.headers.get("content-length");
  return length === null ? null : Number(length) + from;
};

/** Only a strong ETag says that two downloads are byte for byte the same. */
const noteContent = async (response: Response, part: string): Promise<void> => {
  const etag = response.headers.get("etag");
  if (etag && !etag.startsWith("W/")) await writeFile(noteOf(part), etag);
  else await rm(noteOf(part), { force: true });
};

/** It was asked for as it is: what unpacks to another length is none of the announced size. */
const checkEncoding = (response: Response): void => {
  const encoding = response.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity")
    throw new Passing(`the server sends it packed (${encoding.slice(0, 40)}), which was not asked`);
};

const checkSize = (bytes: number, { most }: Download): void => {
  if (bytes > most) throw new UserError(`the download is larger than ${most.toLocaleString("en-US")} bytes`);
};

const receive = async (response: Response, from: number, download: Download, heard: () => void): Promise<void> => {
  const total = totalOf(response, from);
  checkEncoding(response);
  checkSize(total ?? 0, download);
  const file = await open(download.part, from > 0 ? "a" : "w");
  let bytes = from;
  try {
    for await (const chunk of response.body ?? []) {
      heard();
      await file.write(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
      checkSize(bytes, download);
      download.onProgress(bytes, total);
    }
  } finally {
    await file.close();
  }
  if (total !== null && bytes !== total) throw new Passing(`the connection closed after ${bytes} of ${total} bytes`);
};

const take = async (answer: HubAnswer, download: Download, heard: () => void): Promise<Downloaded> => {
  const { response, linkedEtag, commit } = answer;
  const etag = linkedEtag ?? response.headers.get("etag");
  if (response.status === 304 || (download.have !== null && etag === download.have)) {
    await response.body?.cancel();
    return { changed: false };
  }
  if (response.status === 416) {
    await discard(download.part);
    throw new Passing("the server cannot continue the download");
  }
  if (response.status !== 200 && response.status !== 206) throw download.refuse(response);
  const from = await startOf(response, download.part);
  await noteContent(response, download.part);
  await receive(response, from, download, heard);
  return { changed: true, etag, commit, resumedAt: from };
};

/** One try at a download; what came before it broke stays in `part` for the next. */
export const download = async (what: Download): Promise<Downloaded> => {
  makeFolder(dirname(what.part));
  const dog = watchdog(what.stallMs, what.signal);
  try {
    const request = { url: what.url, headers: headersOf(what), token: what.token, signal: dog.signal };
    return await take(await hubGet(request, what.fetch), what, dog.heard);
  } catch (error) {
    // An abort is reported as whatever the network made of it; the reason is what happened.
    throw dog.signal.aborted ? dog.signal.reason : error;
  } finally {
    dog.end();
  }
};

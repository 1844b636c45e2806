import { setTimeout as sleep } from "node:timers/promises";
import { Failure, UserError } from "../../core/user-error.ts";
import { download, type Downloaded } from "./download.ts";
import { type HubKind, hubFault, Passing } from "./hub-fault.ts";
import type { Fetch } from "./hub-request.ts";

/** One file of a repository of the Hub. */
export type HubFile = Readonly<{
  kind: HubKind;
  /** The user's word for it. */
  name: string;
  id: string;
  revision: string;
  file: string;
  /** Whether a token is sent. */
  gated: boolean;
}>;

export type HubOptions = Readonly<{
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

const defaultEndpoint = "https://huggingface.co";

export const endpointOf = ({ env = process.env }: HubOptions): string => {
  const endpoint = (env["HF_ENDPOINT"] || defaultEndpoint).replace(/\/+$/, "");
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return endpoint;
  throw new UserError(`HF_ENDPOINT is not an address: ${JSON.stringify(endpoint)}`, {
    hint: "such as https://huggingface.co",
  });
};

export const urlOf = ({ kind, id, revision, file }: HubFile, options: HubOptions): string => {
  const path = file.split("/").map(encodeURIComponent).join("/");
  const folder = kind === "data set" ? "/datasets" : "";
  return `${endpointOf(options)}${folder}/${id}/resolve/${encodeURIComponent(revision)}/${path}`;
};

export const tokenOf = (gated: boolean, { env = process.env }: HubOptions): string | undefined =>
  gated ? env["HF_TOKEN"]?.trim() || undefined : undefined;

/** Far beyond any file of its kind, and no disk full of what a server goes on sending. */
const mostBytes: Readonly<Record<HubKind, number>> = { "data set": 8 * 2 ** 30, model: 2 ** 40 };

/** Where a download goes, and which content is here already. */
export type Target = Readonly<{ part: string; have: string | null }>;

const oneTry = async (file: HubFile, { part, have }: Target, options: HubOptions): Promise<Downloaded> => {
  const url = urlOf(file, options);
  const token = tokenOf(file.gated, options);
  const asked = { ...file, hasToken: token !== undefined, host: new URL(url).host };
  return await download({
    url,
    token,
    part,
    have,
    fetch: options.fetch ?? fetch,
    signal: options.signal ?? new AbortController().signal,
    stallMs: options.stallMs ?? 60_000,
    most: mostBytes[file.kind],
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

/** Tries until it works, something needs fixing, or the tries are spent. */
export const tryOften = async <T>(once: () => Promise<T>, options: HubOptions): Promise<T> => {
  const { tries = 4, backoffMs = 1000, signal } = options;
  for (let count = 1; ; count++) {
    try {
      return await once();
    } catch (error) {
      if (error instanceof UserError || signal?.aborted) throw error;
      if (count >= tries) throw new Passing(reasonOf(error), { cause: error });
      const wait = backoffMs * 2 ** (count - 1);
      await sleep(Math.max(wait, error instanceof Passing ? error.afterMs : 0), undefined, signal ? { signal } : {});
    }
  }
};

/** Downloads a file, or goes on with what came of it before. */
export const fetchFile = (file: HubFile, target: Target, options: HubOptions): Promise<Downloaded> =>
  tryOften(() => oneTry(file, target, options), options);

/** Nothing the user wrote is wrong: the world is. */
export const cannotReach = ({ kind, name }: HubFile, error: Passing, options: HubOptions): Failure =>
  new Failure(
    `cannot pull ${kind} ${JSON.stringify(name)} from ${new URL(endpointOf(options)).host}: ${error.message} ` +
      "(the same command continues where it stopped; HF_ENDPOINT chooses a mirror)",
    { cause: error },
  );

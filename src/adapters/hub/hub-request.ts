import { UserError } from "../../core/user-error.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type HubRequest = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Sent to the host of `url` and to no other. */
  token: string | undefined;
  signal: AbortSignal;
}>;

export type HubAnswer = Readonly<{
  response: Response;
  /** The content's name for the Hub, which may send elsewhere for the content itself. */
  linkedEtag: string | null;
  commit: string | null;
}>;

const mostHops = 5;

const isLoopback = ({ hostname }: URL): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);

const checkSecure = (url: URL): void => {
  if (url.protocol === "https:" || isLoopback(url)) return;
  throw new UserError(`HF_TOKEN would be sent unencrypted to ${url.host}`, {
    hint: "use an https address in HF_ENDPOINT",
  });
};

const isRedirect = ({ status }: Response): boolean => [301, 302, 303, 307, 308].includes(status);

const nextUrl = (response: Response, from: URL): URL => {
  const target = new URL(response.headers.get("location") ?? "", from);
  if (!["http:", "https:"].includes(target.protocol))
    throw new UserError(`${from.host} redirects to ${target.protocol}`);
  return target;
};

/** Bytes of an answer about a repository. */
const mostAnswer = 16 * 2 ** 20;

/** The JSON of an answer, if it is no longer than such an answer is. */
export const jsonOf = async (response: Response): Promise<unknown> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > mostAnswer) throw new UserError(`the answer of the server is larger than ${mostAnswer} bytes`);
    parts.push(part as Uint8Array);
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
};

/** A GET that follows redirects by hand, so that the token stays with the host it is for. */
export const hubGet = async ({ url, headers, token, signal }: HubRequest, fetch: Fetch): Promise<HubAnswer> => {
  const start = new URL(url);
  if (token !== undefined) checkSecure(start);
  let at = start;
  let linkedEtag: string | null = null;
  let commit: string | null = null;
  for (let hop = 0; hop <= mostHops; hop++) {
    const authorization = token !== undefined && at.origin === start.origin ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(at.href, { headers: { ...headers, ...authorization }, redirect: "manual", signal });
    linkedEtag ??= response.headers.get("x-linked-etag");
    commit ??= response.headers.get("x-repo-commit");
    if (!isRedirect(response)) return { response, linkedEtag, commit };
    await response.body?.cancel();
    at = nextUrl(response, at);
  }
  throw new UserError(`${start.host} redirects more than ${mostHops} times`);
};

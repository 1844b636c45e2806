import { UserError } from "../../core/user-error.ts";

/** A fault that may be gone a moment later. */
export class Passing extends Error {
  readonly afterMs: number;

  constructor(message: string, options: Readonly<{ afterMs?: number; cause?: unknown }> = {}) {
    super(message, { cause: options.cause });
    this.name = "Passing";
    this.afterMs = options.afterMs ?? 0;
  }
}

export type HubKind = "data set" | "model";

type Asked = Readonly<{
  kind: HubKind;
  name: string;
  id: string;
  revision: string;
  file: string;
  hasToken: boolean;
  host: string;
}>;

const gated = ({ kind, name, id, hasToken, host }: Asked, status: number): UserError => {
  const page = `https://${host}/${kind === "data set" ? "datasets/" : ""}${id}`;
  if (status === 401 && !hasToken)
    return new UserError(`${kind} ${JSON.stringify(name)} is gated and HF_TOKEN is not set`, {
      hint: `accept its terms at ${page}, then set HF_TOKEN to a token of that account`,
    });
  if (status === 401)
    return new UserError(`${host} does not accept the HF_TOKEN that is set`, {
      hint: "make a new token, with read access",
    });
  return new UserError(`${kind} ${JSON.stringify(name)} is gated and the account of HF_TOKEN may not read it`, {
    hint: `accept its terms at ${page}`,
  });
};

const retryAfter = (response: Response): number => {
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds, 60) * 1000 : 0;
};

/** What a refusal of the Hub means: something to fix, or something to wait for. */
export const hubFault = (response: Response, asked: Asked): UserError | Passing => {
  const { status } = response;
  const { kind, id, host, name } = asked;
  const code = response.headers.get("x-error-code");
  if (code === "GatedRepo") return gated(asked, status);
  if (code === "RevisionNotFound")
    return new UserError(`${host}: ${id} has no revision ${JSON.stringify(asked.revision)}`);
  if (code === "EntryNotFound") return new UserError(`${host}: ${id} has no file ${JSON.stringify(asked.file)}`);
  // Missing and private sets are refused alike, without a token as 401.
  if (code === "RepoNotFound" || status === 404 || (status === 401 && !asked.hasToken))
    return new UserError(`${host}: there is no ${kind} ${id}, or it is private`, {
      hint: kind === "data set" ? `see the card of ${name}` : "look at its name; HF_TOKEN is for private ones",
    });
  if (status === 401 || status === 403) return gated(asked, status);
  const message = `${host} answered ${status}${response.statusText ? ` ${response.statusText}` : ""}`;
  const passes = status === 408 || status === 429 || status >= 500;
  return passes ? new Passing(message, { afterMs: retryAfter(response) }) : new UserError(message);
};

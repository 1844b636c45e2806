import { distance } from "fastest-levenshtein";

/** Something that a URL names is not there: the nearest that is. */
export class NotFound extends Error {
  readonly hint: string | null;

  /** `because`: what may be the reason, rather than another name. */
  constructor(what: string, name: string, known: readonly string[] = [], because: string | null = null) {
    super(`no ${what} ${JSON.stringify(name)}`);
    this.name = "NotFound";
    const nearest = nearestTo(name, known);
    this.hint = because ?? (nearest === null ? null : `did you mean ${nearest}?`);
  }
}

/** A part of a URL that cannot be meant. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly hint: string | null = null;
}

const MOST_TRIED = 5000;

function nearestTo(name: string, known: readonly string[]): string | null {
  const asked = name.slice(0, 200);
  const tried = known.slice(0, MOST_TRIED);
  if (tried.length === 0) return null;
  return tried.reduce((best, other) => (distance(asked, other) < distance(asked, best) ? other : best));
}

import type { Place } from "../core/user-error.ts";

/** Where JSON stops being JSON; the parser of the runtime does not always say. */
export function jsonPlace(file: string, text: string): Place {
  const at = new Scanner(text).firstFault();
  const lines = text.slice(0, at).split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  // oxlint-disable-next-line no-control-regex -- a JSON string holds none
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// oxlint-disable-next-line no-control-regex
const KEY = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"[ \t\n\r]*:/y;

/** Reads on as long as it is JSON. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstFault(): number {
    if (this.#value()) this.#take(SPACE);
    return this.#at;
  }

  #value(): boolean {
    this.#take(SPACE);
    if (this.#is("{")) return this.#items("}", () => this.#take(KEY) && this.#value());
    if (this.#is("[")) return this.#items("]", () => this.#value());
    return this.#take(SCALAR);
  }

  #items(end: string, item: () => boolean): boolean {
    this.#take(SPACE);
    if (this.#is(end)) return true;
    do {
      this.#take(SPACE);
      if (!item()) return false;
      this.#take(SPACE);
    } while (this.#is(","));
    return this.#is(end);
  }

  #is(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found !== null;
  }
}

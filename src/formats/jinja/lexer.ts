import { fault } from "./fault.ts";

export type Token = Readonly<{
  kind: "data" | "name" | "string" | "integer" | "float" | "operator" | "begin" | "end" | "eof";
  text: string;
  line: number;
}>;

/** What Python calls white space. */
export const white = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const tag = new RegExp(`\\{%[-+]?[${white}]*raw[${white}]*(?:-%\\}[${white}]*|%\\})|\\{[{%#][-+]?`, "g");
const space = new RegExp(`[${white}]+`, "y");
const endOf = {
  "{{": new RegExp(`-\\}\\}[${white}]*|\\}\\}`, "y"),
  // trim_blocks: the newline after a block goes.
  "{%": new RegExp(`\\+%\\}|-%\\}[${white}]*|%\\}\\n?`, "y"),
} as const;
const commentEnd = new RegExp(`\\+#\\}|-#\\}[${white}]*|#\\}\\n?`, "g");
const rawEnd = new RegExp(`\\{%([-+]?)[${white}]*endraw[${white}]*(?:\\+%\\}|-%\\}[${white}]*|%\\}\\n?)`, "g");
const float = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y;
const integer = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;
const name = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const string = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\n": "",
};

/** Python's escapes; one that it does not know stays as it is. */
const unescape = (text: string): string =>
  text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (all, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (one !== undefined && "xuUN".includes(one)) return fault(`escape \\${one} in a text is not complete`);
      return escapes[one ?? ""] ?? all;
    },
  );

const rtrim = (text: string): string => text.replace(new RegExp(`[${white}]+$`), "");

/** lstrip_blocks: white space between the start of a line and a block or comment goes. */
const beforeTag = (text: string, opening: string, lineStarted: boolean): string => {
  const sign = opening.slice(2, 3);
  if (sign === "-") return rtrim(text);
  if (sign === "+" || opening.startsWith("{{")) return text;
  const start = text.lastIndexOf("\n") + 1;
  const isBlank = start < text.length && rtrim(text.slice(start)) === "";
  return isBlank && (start > 0 || lineStarted) ? text.slice(0, start) : text;
};

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #lineStarted = true;
  /** Lines begun before a place of the source. */
  #line = { at: 0, number: 1 };

  constructor(source: string) {
    this.#source = source.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  }

  run(): readonly Token[] {
    while (this.#at < this.#source.length) {
      tag.lastIndex = this.#at;
      const found = tag.exec(this.#source);
      if (!found) {
        this.#push("data", this.#source.slice(this.#at));
        break;
      }
      this.#push("data", beforeTag(this.#source.slice(this.#at, found.index), found[0], this.#lineStarted));
      this.#goTo(found.index + found[0].length);
      if (found[0].includes("raw")) this.#raw();
      else if (found[0].startsWith("{#")) this.#comment();
      else this.#inside(found[0].slice(0, 2) as "{{" | "{%");
    }
    this.#push("eof", "");
    return this.#tokens;
  }

  #goTo(at: number): void {
    this.#lineStarted = this.#source[at - 1] === "\n";
    this.#at = at;
  }

  #push(kind: Token["kind"], text: string): void {
    if (kind === "data" && text === "") return;
    this.#tokens.push({ kind, text, line: this.#lineHere() });
  }

  #lineHere(): number {
    let { at, number } = this.#line;
    for (; at < this.#at; at++) if (this.#source.charCodeAt(at) === 0x0a) number++;
    this.#line = { at, number };
    return number;
  }

  #raw(): void {
    rawEnd.lastIndex = this.#at;
    const end = rawEnd.exec(this.#source) ?? fault("raw is not closed");
    this.#push("data", beforeTag(this.#source.slice(this.#at, end.index), `{%${end[1]}`, this.#lineStarted));
    this.#goTo(end.index + end[0].length);
  }

  #comment(): void {
    commentEnd.lastIndex = this.#at;
    const end = commentEnd.exec(this.#source) ?? fault("a comment is not closed");
    this.#goTo(end.index + end[0].length);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source);
  }

  #inside(opening: "{{" | "{%"): void {
    this.#push("begin", opening);
    const open: string[] = [];
    while (this.#at < this.#source.length) {
      const end = open.length === 0 ? this.#match(endOf[opening]) : null;
      if (end) {
        this.#push("end", opening === "{{" ? "}}" : "%}");
        return this.#goTo(this.#at + end[0].length);
      }
      this.#one(open);
    }
    fault(`${opening} is not closed`);
  }

  #one(open: string[]): void {
    const kinds = [
      [space, null],
      [float, "float"],
      [integer, "integer"],
      [name, "name"],
      [string, "string"],
      [operator, "operator"],
    ] as const;
    for (const [pattern, kind] of kinds) {
      const found = this.#match(pattern);
      if (!found) continue;
      if (kind === "string") this.#push(kind, unescape(found[1] ?? found[2] ?? ""));
      else if (kind !== null) this.#push(kind, kind === "name" ? found[0] : found[0].replaceAll("_", ""));
      if (kind === "operator") balance(found[0], open);
      return this.#goTo(this.#at + found[0].length);
    }
    fault(`unexpected ${JSON.stringify(this.#source[this.#at])}`);
  }
}

const pairs: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const balance = (sign: string, open: string[]): void => {
  const closing = pairs[sign];
  if (closing !== undefined) open.push(closing);
  else if (")]}".includes(sign) && open.pop() !== sign) fault(`unexpected ${sign}`);
};

export const tokensOf = (source: string): readonly Token[] => {
  if (source.length > mostTemplate) fault(`it has ${source.length} characters, at most ${mostTemplate} are read`);
  return new Lexer(source).run();
};

/** Characters of a template; those of models have some ten thousand at most. */
const mostTemplate = 1_000_000;

import { Given } from "./arguments.ts";
import { spendText } from "./effort.ts";
import { fault } from "./fault.ts";
import { white } from "./lexer.ts";
import { type Call, charactersOf, isText, iterate, rawText, Tuple, typeName, type Value } from "./values.ts";

/** What Python takes for the end of a line. */
const ends = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const lineEnd = new RegExp(`\\r\\n|[${ends}]`);

export const linesOf = (text: string, keepEnds = false): readonly string[] => {
  const ends = [...text.matchAll(new RegExp(lineEnd, "g"))];
  const starts = [0, ...ends.map((end) => end.index + end[0].length)];
  return starts.flatMap((start, at) => {
    const end = ends[at];
    if (!end) return start < text.length ? [text.slice(start)] : [];
    return [text.slice(start, keepEnds ? end.index + end[0].length : end.index)];
  });
};

const isWhite = (character: string): boolean => new RegExp(`^[${white}]$`).test(character);

export const stripped = (text: string, characters: string | null, sides: "both" | "left" | "right"): string => {
  const all = charactersOf(text);
  const goes = characters === null ? isWhite : (one: string) => charactersOf(characters).includes(one);
  const start = sides === "right" ? 0 : all.findIndex((one) => !goes(one));
  if (start < 0) return "";
  const end = sides === "left" ? all.length : all.findLastIndex((one) => !goes(one)) + 1;
  return all.slice(start, end).join("");
};

export const capitalized = (text: string): string => {
  const [first = "", ...rest] = charactersOf(text);
  return first.toUpperCase() + rest.join("").toLowerCase();
};

const titled = (text: string): string => text.replace(/\p{L}+/gu, (word) => capitalized(word));

const firstWord = new RegExp(`^[^${white}]+`);
const lastWord = new RegExp(`[^${white}]+$`);

/** Words between white space; what is left after the last split keeps its own. */
const splitWhite = (text: string, most: number, fromRight: boolean): readonly string[] => {
  const parts: string[] = [];
  const side = fromRight ? "right" : "left";
  for (let rest = stripped(text, null, side); rest !== ""; rest = stripped(rest, null, side)) {
    const word = parts.length === most ? rest : ((fromRight ? lastWord : firstWord).exec(rest)?.[0] ?? rest);
    parts.push(word);
    rest = fromRight ? rest.slice(0, rest.length - word.length) : rest.slice(word.length);
  }
  return fromRight ? parts.toReversed() : parts;
};

const splitAt = (text: string, separator: string, most: number, fromRight: boolean): readonly string[] => {
  if (separator === "") return fault("empty separator");
  const parts = text.split(separator);
  if (most < 0 || parts.length <= most + 1) return parts;
  return fromRight
    ? [parts.slice(0, parts.length - most).join(separator), ...parts.slice(parts.length - most)]
    : [...parts.slice(0, most), parts.slice(most).join(separator)];
};

const split = (text: string, given: Given, fromRight: boolean): Value => {
  const separator = given.optional("sep") ?? null;
  const most = given.int("maxsplit", -1);
  if (separator !== null && !isText(separator)) return fault("split needs a text");
  return separator === null ? splitWhite(text, most, fromRight) : splitAt(text, rawText(separator), most, fromRight);
};

const partition = (text: string, separator: string, last: boolean): Value => {
  if (separator === "") return fault("empty separator");
  const at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at < 0) return new Tuple(last ? ["", "", text] : [text, "", ""]);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
};

/** Texts put together, unless they make too long a one. */
export const joined = (parts: readonly string[], between: string): string => {
  spendText(parts.reduce((sum, part) => sum + part.length + between.length, 0));
  return parts.join(between);
};

export const replaced = (text: string, old: string, fresh: string, count: number): string => {
  spendText(text.length + (text.split(old).length + 1) * fresh.length);
  if (count < 0) return old === "" ? ["", ...charactersOf(text), ""].join(fresh) : text.replaceAll(old, () => fresh);
  let left = count;
  const parts = old === "" ? ["", ...charactersOf(text), ""] : text.split(old);
  return parts.slice(1).reduce((whole, part) => whole + (left-- > 0 ? fresh : old) + part, parts[0] ?? "");
};

type Bounds = Readonly<{ whole: readonly string[]; from: number; to: number }>;

const boundsOf = (text: string, given: Given): Bounds => {
  const whole = charactersOf(text);
  const place = (name: string, otherwise: number): number => {
    const value = given.optional(name) ?? null;
    if (value === null) return otherwise;
    if (typeof value !== "bigint") return fault(`${name} must be an int`);
    return Math.min(whole.length, Math.max(0, Number(value < 0n ? value + BigInt(whole.length) : value)));
  };
  const from = place("start", 0);
  return { whole, from, to: place("end", whole.length) };
};

const found = (text: string, given: Given, last: boolean): number => {
  const part = given.text("sub");
  const { whole, from, to } = boundsOf(text, given);
  const within = whole.slice(from, to).join("");
  const at = last ? within.lastIndexOf(part) : within.indexOf(part);
  return at < 0 || from > to ? -1 : from + charactersOf(within.slice(0, at)).length;
};

const affixed = (text: string, given: Given, start: boolean): boolean => {
  const wanted = given.needed("prefix");
  const { whole, from, to } = boundsOf(text, given);
  const within = whole.slice(from, to).join("");
  const parts = wanted instanceof Tuple ? wanted.items : [wanted];
  return parts.some((part) => {
    if (!isText(part)) return fault(`startswith needs a text or a tuple of texts, not ${typeName(part)}`);
    return start ? within.startsWith(rawText(part)) : within.endsWith(rawText(part));
  });
};

const hasCase = (text: string): boolean => /[\p{Lu}\p{Ll}\p{Lt}]/u.test(text);

const kinds: Readonly<Record<string, (text: string) => boolean>> = {
  isdigit: (text) => /^[\p{Nd}\u00b2\u00b3\u00b9]+$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isnumeric: (text) => /^\p{N}+$/u.test(text),
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isupper: (text) => hasCase(text) && text === text.toUpperCase() && !/\p{Lt}/u.test(text),
  islower: (text) => hasCase(text) && text === text.toLowerCase() && !/\p{Lt}/u.test(text),
  isspace: (text) => new RegExp(`^[${white}]+$`).test(text),
  istitle: (text) => hasCase(text) && text === titled(text),
  isidentifier: (text) => /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(text),
  isascii: (text) => charactersOf(text).every((one) => one <= "\x7f"),
  isprintable: (text) => !/[\p{C}\p{Z}]/u.test(text.replaceAll(" ", "")),
};

const pad = (text: string, given: Given, where: "left" | "right" | "both"): string => {
  const width = given.int("width");
  spendText(Math.max(width, text.length));
  const fill = given.text("fillchar", " ");
  if (charactersOf(fill).length !== 1) fault("the fill character must be exactly one character long");
  const missing = Math.max(0, width - charactersOf(text).length);
  if (where !== "both") return where === "left" ? text + fill.repeat(missing) : fill.repeat(missing) + text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
};

const found1 = (at: number): Value => (at < 0 ? fault("substring not found") : BigInt(at));

type Method = (text: string, given: Given) => Value;

const strip =
  (sides: Parameters<typeof stripped>[2]): Method =>
  (text, given) => {
    const characters = given.optional("chars") ?? null;
    if (characters !== null && !isText(characters)) return fault("strip needs a text");
    return stripped(text, characters === null ? null : rawText(characters), sides);
  };

const count = (text: string, given: Given): Value => {
  const part = given.text("sub");
  const { whole, from, to } = boundsOf(text, given);
  const within = whole.slice(from, to);
  return BigInt(part === "" ? within.length + 1 : within.join("").split(part).length - 1);
};

const joinedBy = (text: string, given: Given): Value =>
  joined(
    iterate(given.needed("iterable")).map((part) =>
      isText(part) ? rawText(part) : fault(`join needs texts, not ${typeName(part)}`),
    ),
    text,
  );

/** Methods of Python's `str`; `format` is the renderer's. */
const methods: Readonly<Record<string, Method>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  casefold: (text) => text.toLowerCase().replaceAll("ß", "ss"),
  swapcase: (text) =>
    charactersOf(text)
      .map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()))
      .join(""),
  capitalize: capitalized,
  title: titled,
  strip: strip("both"),
  lstrip: strip("left"),
  rstrip: strip("right"),
  split: (text, given) => split(text, given, false),
  rsplit: (text, given) => split(text, given, true),
  splitlines: (text, given) => linesOf(text, given.optional("keepends") === true),
  startswith: (text, given) => affixed(text, given, true),
  endswith: (text, given) => affixed(text, given, false),
  replace: (text, given) => replaced(text, given.text("old"), given.text("new"), given.int("count", -1)),
  find: (text, given) => BigInt(found(text, given, false)),
  rfind: (text, given) => BigInt(found(text, given, true)),
  index: (text, given) => found1(found(text, given, false)),
  rindex: (text, given) => found1(found(text, given, true)),
  count,
  join: joinedBy,
  removeprefix: (text, given) => {
    const part = given.text("prefix");
    return text.startsWith(part) ? text.slice(part.length) : text;
  },
  removesuffix: (text, given) => {
    const part = given.text("suffix");
    return part !== "" && text.endsWith(part) ? text.slice(0, -part.length) : text;
  },
  zfill: (text, given) => {
    const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
    const width = given.int("width");
    spendText(Math.max(width, text.length));
    return sign + digits.padStart(width - sign.length, "0");
  },
  ljust: (text, given) => pad(text, given, "left"),
  rjust: (text, given) => pad(text, given, "right"),
  center: (text, given) => pad(text, given, "both"),
  partition: (text, given) => partition(text, given.text("sep"), false),
  rpartition: (text, given) => partition(text, given.text("sep"), true),
};

/** What a method of a text does; null for an unknown one. */
export const textMethod = (text: string, name: string): ((call: Call) => Value) | null => {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const method: Method | undefined = kind
    ? (one) => kind(one)
    : Object.hasOwn(methods, name)
      ? methods[name]
      : undefined;
  if (!method) return null;
  return (call) => {
    const given = new Given(call, `${name}()`);
    const value = method(text, given);
    given.done();
    return value;
  };
};

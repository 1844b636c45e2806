import { Given } from "./arguments.ts";
import { spend, spendText } from "./effort.ts";
import { fault } from "./fault.ts";
import { printf } from "./format-text.ts";
import { toJson } from "./json.ts";
import { white } from "./lexer.ts";
import { compare, escapeText, isEqual, itemOf, operate, orderBy } from "./operators.ts";
import { roundHalfEven } from "./rounding.ts";
import { capitalized, joined, linesOf, replaced, stripped, textMethod } from "./text-methods.ts";
import {
  type Call,
  charactersOf,
  Dict,
  isText,
  isTrue,
  iterate,
  lengthOf,
  Markup,
  rawText,
  Stream,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";

/** What some filters need of the renderer. */
export type Reach = Readonly<{
  attribute: (value: Value, name: string) => Value;
  filter: (name: string, value: Value, call: Call) => Value;
  test: (name: string, value: Value, call: Call) => boolean;
}>;

export type Filter = (value: Value, given: Given, reach: Reach) => Value;

/** `item` first, then `attribute`, along dots; whole numbers are places. */
const along = (path: Value, { attribute }: Reach, otherwise: Value = null): ((value: Value) => Value) => {
  const parts = path === null ? [] : textOf(path).split(".");
  return (value) =>
    parts.reduce<Value>((at, part) => {
      const inner = /^\d+$/.test(part) ? itemOf(at, BigInt(part)) : (itemOf(at, part) ?? attribute(at, part));
      const found = inner ?? new Undefined(part);
      return found instanceof Undefined && otherwise !== null ? otherwise : found;
    }, value);
};

const lowered = (value: Value): Value => (isText(value) ? rawText(value).toLowerCase() : value);

const keyFor = (given: Given, reach: Reach): ((value: Value) => Value) => {
  const exact = isTrue(given.optional("case_sensitive") ?? false);
  const get = along(given.optional("attribute") ?? null, reach);
  return (value) => (exact ? get(value) : lowered(get(value)));
};

const sort: Filter = (value, given, reach) => {
  const reverse = isTrue(given.optional("reverse") ?? false);
  const items = iterate(value);
  spend(4 * items.length);
  return orderBy(items, keyFor(given, reach), reverse);
};

const extreme =
  (sign: number): Filter =>
  (value, given, reach) => {
    const key = keyFor(given, reach);
    const items = iterate(value);
    if (items.length === 0) return new Undefined("the least or most of nothing");
    return items.reduce((best, item) => (compare(key(item), key(best)) * sign > 0 ? item : best));
  };

/** What Python takes for a key of a set: no list and no dict. */
const hashable = (value: Value): Value => new Dict([[value, null]]).entries()[0]?.[0] ?? null;

const unique: Filter = (value, given, reach) => {
  const key = keyFor(given, reach);
  const seen: Value[] = [];
  return new Stream(
    iterate(value).filter((item) => {
      const id = hashable(key(item));
      spend(seen.length / 4);
      const isNew = !seen.some((other) => isEqual(other, id));
      if (isNew) seen.push(id);
      return isNew;
    }),
  );
};

const dictsort: Filter = (value, given) => {
  const exact = isTrue(given.optional("case_sensitive") ?? false);
  const by = given.text("by", "key") === "value" ? 1 : 0;
  const reverse = isTrue(given.optional("reverse") ?? false);
  if (!(value instanceof Dict)) return fault(`dictsort needs a dict, not ${typeName(value)}`);
  const pairs = value.entries().map((pair) => new Tuple(pair));
  return orderBy(
    pairs,
    (pair) => {
      const part = (pair as Tuple).items[by] ?? null;
      return exact ? part : lowered(part);
    },
    reverse,
  );
};

const chosen =
  (keep: boolean, byAttribute: boolean): Filter =>
  (value, given, reach) => {
    const get = byAttribute ? along(given.needed("attribute"), reach) : (item: Value) => item;
    const [name, ...args] = given.rest();
    if (!isTrue(value)) return new Stream([]);
    const passes = (item: Value): boolean =>
      name === undefined ? isTrue(get(item)) : reach.test(textOf(name), get(item), { args, named: new Map() });
    return new Stream(iterate(value).filter((item) => passes(item) === keep));
  };

const map: Filter = (value, given, reach) => {
  const attribute = given.named("attribute");
  const otherwise = given.named("default") ?? null;
  const [name, ...args] = given.rest();
  const named = given.restNamed();
  if (!isTrue(value)) return new Stream([]);
  const get =
    attribute === undefined
      ? (item: Value) => reach.filter(textOf(name ?? fault("map needs a filter")), item, { args, named })
      : along(attribute, reach, otherwise);
  return new Stream(iterate(value).map(get));
};

const spaces = (width: Value): string => {
  if (typeof width !== "bigint") return fault(`indent needs an int, not ${typeName(width)}`);
  spendText(Number(width));
  return " ".repeat(Math.max(0, Number(width)));
};

const indent: Filter = (value, given) => {
  const width = given.optional("width") ?? 4n;
  const first = isTrue(given.optional("first") ?? false);
  const blank = isTrue(given.optional("blank") ?? false);
  if (!isText(value)) return value instanceof Undefined ? value.refuse() : fault(`indent needs a text`);
  const lines = linesOf(`${textOf(value)}\n`);
  const by = isText(width) ? rawText(width) : spaces(width);
  spendText(lines.length * by.length + rawText(value).length);
  const rest = lines.slice(1).map((line) => (blank || line !== "" ? by + line : line));
  return (first ? by : "") + [lines[0] ?? "", ...rest].join("\n");
};

const int: Filter = (value, given) => {
  const otherwise = given.optional("default") ?? 0n;
  const base = given.int("base", 10);
  if (value instanceof Undefined) return value.refuse();
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return Number.isFinite(value) ? BigInt(Math.trunc(value)) : otherwise;
  if (!isText(value)) return otherwise;
  const text = stripped(rawText(value), null, "both");
  if (base === 10 && /^[-+]?\d+(?:_\d+)*$/.test(text)) return BigInt(text.replaceAll("_", "").replace(/^\+/, ""));
  if (base !== 10) {
    const whole = Number.parseInt(text.replace(/^([-+]?)0[xXoObB]/, "$1"), base);
    return Number.isNaN(whole) ? otherwise : BigInt(whole);
  }
  const decimal = asFloat(text);
  return decimal === null || !Number.isFinite(decimal) ? otherwise : BigInt(Math.trunc(decimal));
};

const asFloat = (text: string): number | null => {
  const bare = text.replace(/(?<=\d)_(?=\d)/g, "").toLowerCase();
  if (/^[-+]?(?:inf|infinity)$/.test(bare)) return bare.startsWith("-") ? -Infinity : Infinity;
  if (bare === "nan") return Number.NaN;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(bare) ? Number(bare) : null;
};

const float: Filter = (value, given) => {
  const otherwise = given.optional("default") ?? 0;
  if (value instanceof Undefined) return value.refuse();
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return Number(value);
  return isText(value) ? (asFloat(stripped(rawText(value), null, "both")) ?? otherwise) : otherwise;
};

const round: Filter = (value, given) => {
  const precision = given.int("precision", 0);
  const method = given.text("method", "common");
  if (typeof value === "boolean") return roundHalfEven(value ? 1n : 0n, precision);
  if (typeof value !== "bigint" && typeof value !== "number")
    return fault(`round needs a number, not ${typeName(value)}`);
  if (method === "common") return roundHalfEven(value, precision);
  if (method !== "ceil" && method !== "floor") return fault("method must be common, ceil or floor");
  const scale = 10 ** precision;
  return Math[method](Number(value) * scale) / scale;
};

const sum: Filter = (value, given, reach) => {
  const get = along(given.optional("attribute") ?? null, reach);
  const start = given.optional("start") ?? 0n;
  return iterate(value).reduce<Value>((total, item) => operate("+", total, get(item)), start);
};

const join: Filter = (value, given, reach) => {
  const between = given.soft("d", "");
  const get = along(given.optional("attribute") ?? null, reach);
  return joined(
    iterate(value).map((item) => textOf(get(item))),
    between,
  );
};

const tojson: Filter = (value, given) => {
  const ensureAscii = isTrue(given.optional("ensure_ascii") ?? false);
  const indentBy = given.optional("indent") ?? null;
  const separators = given.optional("separators") ?? null;
  const sortKeys = isTrue(given.optional("sort_keys") ?? false);
  const [item, key] = separators === null ? [indentBy === null ? ", " : ",", ": "] : iterate(separators).map(textOf);
  const step = indentBy === null ? null : isText(indentBy) ? rawText(indentBy) : spaces(indentBy);
  return toJson(value, { ensureAscii, indent: step, separators: [item ?? ", ", key ?? ": "], sortKeys });
};

const truncate: Filter = (value, given) => {
  const [length, kill] = [given.int("length", 255), isTrue(given.optional("killwords") ?? false)];
  const [end, leeway] = [given.text("end", "..."), given.int("leeway", 5)];
  if (lengthOf(value) <= length + leeway) return value;
  if (!isText(value)) return fault(`truncate needs a text, not ${typeName(value)}`);
  const whole = charactersOf(rawText(value));
  const cut = whole.slice(0, length - charactersOf(end).length).join("");
  if (kill) return cut + end;
  const at = cut.lastIndexOf(" ");
  return (at < 0 ? cut : cut.slice(0, at)) + end;
};

const batch: Filter = (value, given) => {
  const size = given.int("linecount");
  if (size < 1) return fault("batch needs a positive number");
  spend(size);
  const fill = given.optional("fill_with") ?? null;
  const items = iterate(value);
  const rows = Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
  return new Stream(
    rows.map((row) => (fill === null ? row : [...row, ...Array.from({ length: size - row.length }, () => fill)])),
  );
};

const pieces: Filter = (value, given) => {
  const count = given.int("slices");
  if (count < 1) return fault("slice needs a positive number");
  spend(count);
  const fill = given.optional("fill_with") ?? null;
  const items = iterate(value);
  const [each, more] = [Math.floor(items.length / count), items.length % count];
  return new Stream(
    Array.from({ length: count }, (_, at) => {
      const start = at * each + Math.min(at, more);
      const part = items.slice(start, start + each + (at < more ? 1 : 0));
      return fill !== null && at >= more ? [...part, fill] : part;
    }),
  );
};

const title = (text: string): string =>
  text
    .split(/([-\s({[<]+)/)
    .map((part) => capitalized(part))
    .join("");

const onText =
  (change: (text: string) => string): Filter =>
  (value) => {
    const text = change(textOf(value));
    return value instanceof Markup ? new Markup(text) : text;
  };

const method =
  (name: string): Filter =>
  (value, given) => {
    const call = textMethod(textOf(value), name);
    return call?.({ args: given.rest(), named: given.restNamed() }) ?? null;
  };

const itemsOf: Filter = (value) => {
  if (value instanceof Undefined) return new Stream([]);
  if (!(value instanceof Dict)) return fault("Can only get item pairs from a mapping.");
  return new Stream(value.entries().map((pair) => new Tuple(pair)));
};

const escape: Filter = (value) => new Markup(escapeText(value, textOf(value)));

const length: Filter = (value) => BigInt(lengthOf(value));

const fallback: Filter = (value, given) => {
  const otherwise = given.optional("default_value") ?? "";
  const anyFalse = isTrue(given.optional("boolean") ?? false);
  return value instanceof Undefined || (anyFalse && !isTrue(value)) ? otherwise : value;
};

const last: Filter = (value) => {
  if (value instanceof Stream) return fault("'generator' object is not reversible");
  const last = iterate(value).at(-1);
  return last === undefined ? new Undefined("the last of nothing") : last;
};

const first: Filter = (value) => {
  const found = value instanceof Stream ? value.first() : iterate(value)[0];
  return found === undefined ? new Undefined("the first of nothing") : found;
};

const abs: Filter = (value) => {
  if (value instanceof Undefined) return value.refuse();
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "bigint") return value < 0n ? -value : value;
  return typeof value === "number" ? Math.abs(value) : fault(`bad operand type for abs(): '${typeName(value)}'`);
};

const replace: Filter = (value, given) => {
  const [old, fresh] = [textOf(given.needed("old")), textOf(given.needed("new"))];
  const count = given.optional("count") ?? null;
  return replaced(textOf(value), old, fresh, count === null ? -1 : Number(count as bigint));
};

const format: Filter = (value, given) => {
  const [args, named] = [given.rest(), given.restNamed()];
  if (args.length > 0 && named.size > 0) return fault("can't handle positional and keyword arguments at the same time");
  return printf(textOf(value), named.size > 0 ? new Dict(named) : new Tuple(args));
};

const trim: Filter = (value, given) => {
  const characters = given.optional("chars") ?? null;
  return stripped(textOf(value), characters === null ? null : textOf(characters), "both");
};

const striptags: Filter = (value) =>
  textOf(value)
    .replace(/<!--[\s\S]*?-->|<[^>]*>/g, "")
    .split(new RegExp(`[${white}]+`))
    .filter((part) => part !== "")
    .join(" ");

const reverse: Filter = (value) =>
  isText(value) ? charactersOf(rawText(value)).toReversed().join("") : new Stream(iterate(value).toReversed());

const attr: Filter = (value, given, { attribute }) => attribute(value, given.text("name"));

/** jinja2's filters, but for those that write HTML or differ from call to call. */
export const filters: Readonly<Record<string, Filter>> = {
  abs,
  attr,
  batch,
  capitalize: onText(capitalized),
  center: (value, given) => method("center")(value, given, undefined as never),
  count: length,
  d: fallback,
  default: fallback,
  dictsort,
  e: escape,
  escape,
  first,
  float,
  forceescape: (value) => new Markup(escapeText(textOf(value), textOf(value))),
  format,
  indent,
  int,
  items: itemsOf,
  join,
  last,
  length,
  list: (value) => iterate(value),
  lower: onText((text) => text.toLowerCase()),
  map,
  max: extreme(1),
  min: extreme(-1),
  reject: chosen(false, false),
  rejectattr: chosen(false, true),
  replace,
  reverse,
  round,
  safe: (value) => new Markup(textOf(value)),
  select: chosen(true, false),
  selectattr: chosen(true, true),
  slice: pieces,
  sort,
  string: (value) => (value instanceof Markup ? value : textOf(value)),
  striptags,
  sum,
  title: onText(title),
  tojson,
  trim,
  truncate,
  unique,
  upper: onText((text) => text.toUpperCase()),
  wordcount: (value) => BigInt((textOf(value).match(/[\p{L}\p{N}_]+/gu) ?? []).length),
};

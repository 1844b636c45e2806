import { spend } from "./effort.ts";
import { fault } from "./fault.ts";

/** A call's arguments. */
export type Call = Readonly<{ args: readonly Value[]; named: ReadonlyMap<string, Value> }>;

/** What a template computes with, as Python has it: a `bigint` is an int, a `number` a float, an array a list. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Value[]
  | Undefined
  | Markup
  | Tuple
  | Dict
  | Namespace
  | Stream
  | View
  | Range
  | Callable;

/** A name that nobody gave: prints as nothing, is false and empty; anything else asked of it is an error. */
export class Undefined {
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
  refuse(): never {
    return fault(`${this.what} is undefined`);
  }
}

/** Text that needs no escaping any more; what is added to it is escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Keys keep their order and their first spelling; 1, 1.0 and True are one key. */
export class Dict {
  readonly #entries = new Map<unknown, readonly [Value, Value]>();
  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) {
      const id = keyOf(key);
      this.#entries.set(id, [this.#entries.get(id)?.[0] ?? key, value]);
    }
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(keyOf(key))?.[1];
  }
  entries(): readonly (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

export class Namespace {
  readonly values = new Map<string, Value>();
}

/** What Python calls a generator: it can be read once. */
export class Stream {
  #items: readonly Value[] | null;
  constructor(items: readonly Value[]) {
    this.#items = items;
  }
  read(): readonly Value[] {
    const items = this.#items ?? [];
    this.#items = null;
    return items;
  }
  first(): Value | undefined {
    const [first, ...rest] = this.#items ?? [];
    this.#items = rest;
    return first;
  }
}

/** `d.items()` and its like. */
export class View {
  readonly kind: "dict_keys" | "dict_values" | "dict_items";
  readonly items: readonly Value[];
  constructor(kind: View["kind"], items: readonly Value[]) {
    this.kind = kind;
    this.items = items;
  }
}

const mostRange = 100_000n;

export class Range {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly items: readonly bigint[];
  constructor(start: bigint, stop: bigint, step: bigint) {
    if (step === 0n) fault("range() arg 3 must not be zero");
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    const count = span <= 0n ? 0n : (span + size - 1n) / size;
    if (count <= mostRange) spend(Number(count));
    else fault(`Range too big. The sandbox blocks ranges larger than ${mostRange}.`);
    [this.start, this.stop, this.step] = [start, stop, step];
    this.items = Array.from({ length: Number(count) }, (_, at) => start + BigInt(at) * step);
  }
}

export class Callable {
  readonly name: string;
  readonly call: (call: Call) => Value;
  /** Attributes, of a loop or a macro. */
  readonly fields: Readonly<Record<string, () => Value>>;
  constructor(name: string, call: (call: Call) => Value, fields: Readonly<Record<string, () => Value>> = {}) {
    [this.name, this.call, this.fields] = [name, call, fields];
  }
}

const keyOf = (key: Value): unknown => {
  if (typeof key === "string") return `s${key}`;
  if (key instanceof Markup) return `s${key.text}`;
  if (typeof key === "boolean") return key ? 1n : 0n;
  if (typeof key === "number" && Number.isInteger(key)) return BigInt(key);
  if (key instanceof Tuple) return `t${JSON.stringify(key.items.map((item) => String(keyOf(item))))}`;
  if (Array.isArray(key) || key instanceof Dict || (key instanceof View && key.kind !== "dict_values"))
    return fault("unhashable type: a list or dict as a key");
  return key;
};

/** A value of JSON or of an experiment file; whole numbers are ints. */
export const valueOf = (value: unknown): Value => {
  if (value === undefined) return new Undefined("a value");
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(valueOf);
  if (value !== null && typeof value === "object")
    return new Dict(Object.entries(value).map(([key, inner]) => [key, valueOf(inner)]));
  return value as Value;
};

export const typeName = (value: Value): string => {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  if (isText(value)) return "str";
  if (Array.isArray(value)) return "list";
  return value instanceof View ? value.kind : value.constructor.name.toLowerCase();
};

export const isText = (value: Value): value is string | Markup => typeof value === "string" || value instanceof Markup;

export const rawText = (value: string | Markup): string => (typeof value === "string" ? value : value.text);

/** Characters as Python counts them. */
export const charactersOf = (text: string): readonly string[] => Array.from(text);

/** The parts of whatever can be looped over; null where Python refuses. */
export const partsOf = (value: Value): readonly Value[] | null => {
  if (Array.isArray(value)) return value as readonly Value[];
  if (isText(value)) return charactersOf(rawText(value));
  if (value instanceof Undefined) return [];
  if (value instanceof Dict) return value.entries().map(([key]) => key);
  if (value instanceof Stream) return value.read();
  if (value instanceof Tuple || value instanceof View || value instanceof Range) return value.items;
  return null;
};

export const iterate = (value: Value): readonly Value[] => {
  const parts = partsOf(value) ?? fault(`'${typeName(value)}' object is not iterable`);
  spend(parts.length / 16);
  return parts;
};

/** Length as Python's `len`, which generators do not have. */
export const lengthOf = (value: Value): number => {
  const parts = value instanceof Stream ? null : partsOf(value);
  return parts?.length ?? fault(`object of type '${typeName(value)}' has no len()`);
};

export const isTrue = (value: Value): boolean => {
  if (value === null || typeof value === "boolean") return value ?? false;
  if (typeof value === "bigint" || typeof value === "number") return Number(value) !== 0;
  if (value instanceof Stream || value instanceof Callable || value instanceof Namespace) return true;
  return lengthOf(value) > 0;
};

/** A float as Python writes it. */
const floatText = (value: number): string => {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16)
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const plain = Math.abs(value) < 1 ? value.toFixed(digits.replace(/[-.]/g, "").length - 1 - exponent) : String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
};

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
};

const textRepr = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = charactersOf(text).map((character) => {
    if (character === quote) return `\\${quote}`;
    return named[character] ?? (/[\p{C}\p{Z}]/u.test(character) && character !== " " ? escaped(character) : character);
  });
  return `${quote}${inner.join("")}${quote}`;
};

/** Python's `repr`. */
export const reprOf = (value: Value): string => {
  if (typeof value === "string") return textRepr(value);
  if (value instanceof Markup) return `Markup(${textRepr(value.text)})`;
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(reprOf).join(", ")}]`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Tuple)
    return value.items.length === 1
      ? `(${reprOf(value.items[0] as Value)},)`
      : `(${value.items.map(reprOf).join(", ")})`;
  if (value instanceof Dict)
    return `{${value
      .entries()
      .map(([key, inner]) => `${reprOf(key)}: ${reprOf(inner)}`)
      .join(", ")}}`;
  if (value instanceof View) return `${value.kind}([${value.items.map(reprOf).join(", ")}])`;
  if (value instanceof Range)
    return `range(${value.start}, ${value.stop}${value.step === 1n ? "" : `, ${value.step}`})`;
  return textOf(value);
};

/** Python's `str`: what is printed. */
export const textOf = (value: Value): string => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return floatText(value);
  if (isText(value)) return rawText(value);
  if (value instanceof Undefined) return "";
  // Their texts hold an address, another in every process.
  if (value instanceof Stream || value instanceof Callable || value instanceof Namespace)
    return fault(`a ${typeName(value)} cannot be printed`);
  return reprOf(value);
};

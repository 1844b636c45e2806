import { spendText } from "./effort.ts";
import { fault } from "./fault.ts";
import {
  Range,
  Undefined,
  type Call,
  charactersOf,
  Dict,
  isText,
  rawText,
  reprOf,
  textOf,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

type Spec = Readonly<{
  fill: string;
  align: string;
  sign: string;
  zero: boolean;
  width: number;
  comma: string;
  precision: number | null;
  type: string;
}>;

const asNumber = (value: Value): number => {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  return fault(`a number is needed, not ${typeName(value)}`);
};

const asInt = (value: Value): bigint => {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return BigInt(Math.trunc(value));
  return fault(`a number is needed, not ${typeName(value)}`);
};

const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

/** Digits of a number without its sign. */
const digitsOf = (value: Value, { type, precision }: Pick<Spec, "type" | "precision">): string => {
  const int = () => {
    const number = asInt(value);
    return number < 0n ? -number : number;
  };
  const float = () => Math.abs(asNumber(value));
  if ("diu".includes(type)) return String(int());
  if (type === "x") return int().toString(16);
  if (type === "X") return int().toString(16).toUpperCase();
  if (type === "o") return int().toString(8);
  if (type === "b") return int().toString(2);
  if (type === "f" || type === "F") return float().toFixed(precision ?? 6);
  if (type === "e") return exponent(float().toExponential(precision ?? 6));
  if (type === "%") return `${(float() * 100).toFixed(precision ?? 6)}%`;
  return fault(`the format ${type} is not supported`);
};

const isNegative = (value: Value): boolean => Number(asNumber(value)) < 0 || Object.is(value, -0);

const grouped = (digits: string, comma: string): string =>
  comma === "" ? digits : digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, comma));

const padded = (text: string, { fill, align, width, zero }: Spec): string => {
  spendText(Math.max(width, text.length));
  const missing = Math.max(0, width - charactersOf(text).length);
  const sign = /^[-+ ]/.test(text) ? text.slice(0, 1) : "";
  const used = zero && align === "" ? "0" : fill || " ";
  if (align === "=" || (zero && align === "")) return `${sign}${used.repeat(missing)}${text.slice(sign.length)}`;
  if (align === "^") {
    const left = Math.floor(missing / 2);
    return used.repeat(left) + text + used.repeat(missing - left);
  }
  return align === "<" ? text + used.repeat(missing) : used.repeat(missing) + text;
};

const signed = (value: Value, digits: string, sign: string): string =>
  (isNegative(value) ? "-" : sign === "+" || sign === " " ? sign : "") + digits;

const specPattern = /^(?:(.)?([<>=^]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)$/su;

/** Python's `format(value, spec)`. */
export const formatted = (value: Value, text: string): string => {
  if (text === "") return textOf(value);
  const found = specPattern.exec(text) ?? fault(`the format ${JSON.stringify(text)} is not supported`);
  const [, fill = "", align = "", sign = "", zero = "", width = "", comma = "", precision, type = ""] = found;
  const spec: Spec = {
    fill,
    align,
    sign,
    zero: zero !== "",
    width: Number(width),
    comma,
    precision: precision === undefined ? null : Number(precision),
    type,
  };
  if (isText(value)) {
    if (!["", "s"].includes(type) || align === "=" || sign !== "") return fault("the format does not fit a text");
    const cut = charactersOf(rawText(value))
      .slice(0, spec.precision ?? undefined)
      .join("");
    return padded(cut, { ...spec, align: align || "<", fill: fill || (spec.zero ? "0" : " ") });
  }
  if (typeof value !== "bigint" && typeof value !== "number") return fault(`a ${typeName(value)} takes no format`);
  if (type === "" && typeof value === "number" && spec.precision !== null) return fault("the format is not supported");
  if ("dxXob".includes(type) && type !== "" && typeof value === "number")
    return fault(`the format ${type} needs an int`);
  const digits = type === "" ? textOf(value).replace(/^-/, "") : digitsOf(value, spec);
  return padded(signed(value, grouped(digits, comma), sign), { ...spec, align });
};

const conversion = /%(?:\(([^)]*)\))?([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*))?([%a-zA-Z])/g;

/** Python's `text % values`. */
export const printf = (template: string, values: Value): string => {
  const list = values instanceof Tuple ? values.items : [values];
  let used = 0;
  const rest = template.replace(conversion, "");
  if (rest.includes("%")) fault("incomplete format");
  const text = template.replace(
    conversion,
    (
      _all,
      name: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === "%") return "%";
      if (width === "*" || precision === "*") return fault("the format * is not supported");
      const value =
        name === undefined
          ? (list[used++] ?? fault("not enough arguments for format string"))
          : ((values instanceof Dict ? values.get(name) : undefined) ?? fault(`format needs ${name}`));
      return converted(value, {
        flags,
        width: Number(width ?? 0),
        precision: precision === undefined ? null : Number(precision),
        type,
      });
    },
  );
  const isMapping = Array.isArray(values) || [Dict, Undefined, Range].some((kind) => values instanceof kind);
  if (used < list.length && !isMapping) fault("not all arguments converted during string formatting");
  return text;
};

type Conversion = Readonly<{ flags: string; width: number; precision: number | null; type: string }>;

const converted = (value: Value, { flags, width, precision, type }: Conversion): string => {
  const align = flags.includes("-") ? "<" : "";
  const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const spec = { fill: " ", align, sign, zero: flags.includes("0"), width, comma: "", precision, type };
  if ("srac".includes(type)) {
    const text = type === "s" || type === "c" ? textOf(value) : reprOf(value);
    return padded(
      charactersOf(text)
        .slice(0, precision ?? undefined)
        .join(""),
      { ...spec, zero: false },
    );
  }
  if (type === "i" || type === "d" || type === "u") {
    if (typeof value !== "bigint" && typeof value !== "number" && typeof value !== "boolean")
      return fault(`%${type} format: a real number is required, not ${typeName(value)}`);
  }
  return padded(signed(value, digitsOf(value, spec), sign), spec);
};

/** Python's `text.format(...)`; fields of values are reached by `lookUp`. */
export const braces = (
  template: string,
  { args, named }: Call,
  lookUp: (value: Value, name: string, byItem: boolean) => Value,
): string => {
  let used = 0;
  const valueOf = (field: string): Value => {
    const [, head = "", path = ""] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
    const start = head === "" ? args[used++] : /^\d+$/.test(head) ? args[Number(head)] : named.get(head);
    const steps = [...path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)];
    return steps.reduce<Value>(
      (value, [, name, item]) => lookUp(value, name ?? item ?? "", item !== undefined),
      start ?? fault(`format has no argument for {${field}}`),
    );
  };
  return template.replace(
    /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::([^{}]*))?\}|[{}]/g,
    (all, field: string | undefined, how: string | undefined, spec: string | undefined) => {
      if (all === "{{" || all === "}}") return all.slice(1);
      if (field === undefined) return fault("single brace in a format");
      const value = valueOf(field);
      return formatted(how === undefined ? value : how === "r" ? reprOf(value) : textOf(value), spec ?? "");
    },
  );
};

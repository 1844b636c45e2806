import { Given } from "./arguments.ts";
import { fault } from "./fault.ts";
import { braces } from "./format-text.ts";
import { isEqual, itemOf } from "./operators.ts";
import { textMethod } from "./text-methods.ts";
import {
  Callable,
  Dict,
  isText,
  Markup,
  Namespace,
  rawText,
  textOf,
  Tuple,
  Undefined,
  type Value,
  View,
} from "./values.ts";

const dictMethods: Readonly<Record<string, (dict: Dict, given: Given) => Value>> = {
  get: (dict, given) => {
    const value = dict.get(given.needed("key"));
    const otherwise = given.optional("default") ?? null;
    return value === undefined ? otherwise : value;
  },
  items: (dict) =>
    new View(
      "dict_items",
      dict.entries().map((pair) => new Tuple(pair)),
    ),
  keys: (dict) =>
    new View(
      "dict_keys",
      dict.entries().map(([key]) => key),
    ),
  values: (dict) =>
    new View(
      "dict_values",
      dict.entries().map(([, value]) => value),
    ),
  copy: (dict) => dict,
};

const listMethods: Readonly<Record<string, (items: readonly Value[], given: Given) => Value>> = {
  index: (items, given) => {
    const wanted = given.needed("value");
    const at = items.findIndex((item) => isEqual(item, wanted));
    return at < 0 ? fault("the value is not in the list") : BigInt(at);
  },
  count: (items, given) => {
    const wanted = given.needed("value");
    return BigInt(items.filter((item) => isEqual(item, wanted)).length);
  },
  copy: (items) => items,
};

const bindMethod = <T extends Value | readonly Value[]>(
  methods: Readonly<Record<string, (on: T, given: Given) => Value>>,
  on: T,
  name: string,
): Callable | undefined => {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return (
    method &&
    new Callable(name, (call) => {
      const given = new Given(call, `${name}()`);
      const value = method(on, given);
      given.done();
      return value;
    })
  );
};

const textAttribute = (value: string | Markup, name: string): Callable | undefined => {
  const text = rawText(value);
  if (name === "format") return new Callable(name, (call) => braces(text, call, fieldOf));
  const method = textMethod(text, name);
  if (method === null) return undefined;
  return new Callable(name, (call) => (typeof value === "string" ? method(call) : markedUp(method(call))));
};

/** What a method makes of markup is markup. */
const markedUp = (value: Value): Value => {
  if (typeof value === "string") return new Markup(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map(markedUp);
  return value instanceof Tuple ? new Tuple(value.items.map(markedUp)) : value;
};

const fieldOf = (value: Value, name: string, byItem: boolean): Value =>
  byItem
    ? (itemOf(value, /^\d+$/.test(name) ? BigInt(name) : name) ?? fault(`no item ${name}`))
    : attributeOf(value, name);

/** What Python finds as an attribute; methods that change a value are out of bounds, as in the sandbox. */
const ownAttribute = (value: Value, name: string): Value | undefined => {
  if (isText(value)) return textAttribute(value, name);
  if (value instanceof Dict) return bindMethod(dictMethods, value, name);
  if (Array.isArray(value)) return bindMethod(listMethods, value as readonly Value[], name);
  if (value instanceof Tuple) return name === "copy" ? undefined : bindMethod(listMethods, value.items, name);
  if (value instanceof Namespace) return value.values.get(name);
  if (value instanceof Callable && Object.hasOwn(value.fields, name)) return value.fields[name]?.();
  return undefined;
};

/** `value.name`: the attribute first, then the item. */
export const attributeOf = (value: Value, name: string): Value => {
  if (value instanceof Undefined) return value.refuse();
  const own = ownAttribute(value, name);
  if (own !== undefined) return own;
  const item = itemOf(value, name);
  return item === undefined ? new Undefined(`attribute ${JSON.stringify(name)}`) : item;
};

/** `value[key]`: the item first, then the attribute. */
export const subscripted = (value: Value, key: Value): Value => {
  if (value instanceof Undefined) return value.refuse();
  const item = itemOf(value, key);
  if (item !== undefined) return item;
  const own = isText(key) ? ownAttribute(value, rawText(key)) : undefined;
  return own ?? new Undefined(`item ${textOf(key)}`);
};

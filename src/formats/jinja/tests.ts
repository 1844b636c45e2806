import { Given } from "./arguments.ts";
import { fault } from "./fault.ts";
import { contains, isEqual, isRelated, operate } from "./operators.ts";
import { Callable, Dict, isText, Markup, partsOf, Stream, textOf, Undefined, type Value, View } from "./values.ts";
import { textMethod } from "./text-methods.ts";

export type Test = (value: Value, given: Given) => boolean;

const isInt = (value: Value): boolean => typeof value === "bigint";

const related =
  (operator: string): Test =>
  (value, given) =>
    isRelated(operator, value, given.needed("other"));

const hasCase =
  (name: string): Test =>
  (value) =>
    textMethod(textOf(value), name)?.({ args: [], named: new Map() }) === true;

const isSame = (a: Value, b: Value): boolean =>
  a === b || (typeof a === typeof b && typeof a !== "object" && isEqual(a, b));

const divides = (value: Value, by: Value): boolean => isEqual(operate("%", value, by), 0n);

const known =
  (names: () => Readonly<Record<string, unknown>>): Test =>
  (value) =>
    Object.hasOwn(names(), textOf(value));

/** jinja2's tests; `filters` and `tests` themselves may be asked for. */
export const testsWith = (filters: Readonly<Record<string, unknown>>): Readonly<Record<string, Test>> => {
  const tests: Readonly<Record<string, Test>> = {
    defined: (value) => !(value instanceof Undefined),
    undefined: (value) => value instanceof Undefined,
    none: (value) => value === null,
    boolean: (value) => typeof value === "boolean",
    true: (value) => value === true,
    false: (value) => value === false,
    integer: isInt,
    float: (value) => typeof value === "number",
    number: (value) => isInt(value) || typeof value === "number" || typeof value === "boolean",
    string: isText,
    mapping: (value) => value instanceof Dict,
    sequence: (value) => !(value instanceof Stream || value instanceof View) && partsOf(value) !== null,
    iterable: (value) => value instanceof Stream || partsOf(value) !== null,
    callable: (value) => value instanceof Callable || value instanceof Undefined,
    escaped: (value) => value instanceof Markup,
    sameas: (value, given) => isSame(value, given.needed("other")),
    odd: (value) => isEqual(operate("%", value, 2n), 1n),
    even: (value) => divides(value, 2n),
    divisibleby: (value, given) => divides(value, given.needed("num")),
    lower: hasCase("islower"),
    upper: hasCase("isupper"),
    in: (value, given) => contains(given.needed("seq"), value),
    filter: known(() => filters),
    test: known(() => tests),
    eq: related("=="),
    equalto: related("=="),
    "==": related("=="),
    ne: related("!="),
    "!=": related("!="),
    gt: related(">"),
    greaterthan: related(">"),
    ">": related(">"),
    ge: related(">="),
    ">=": related(">="),
    lt: related("<"),
    lessthan: related("<"),
    "<": related("<"),
    le: related("<="),
    "<=": related("<="),
  };
  return tests;
};

export const unknownTest = (name: string): never => fault(`No test named ${JSON.stringify(name)}.`);

import { complex, over, plus, negative, power, times, unknown, type Complex } from "./complex.ts";
import type { Expression } from "./expression.ts";
import { numericFunctions } from "./functions.ts";
import { limits } from "./limits.ts";
import { toNumber } from "./rational.ts";

/** `valueOf` gives each free name its value; `fuel` counts down the nodes still allowed. */
export type Scope = {
  readonly valueOf: (name: string) => Complex;
  readonly bound: Map<string, Complex>;
  /** Moves each number a little, to learn how much of a value is rounding; exponents and degrees stay. */
  shift?: ((value: number) => number) | undefined;
  fuel: number;
};

/** The formula in doubles; NaN where it has no value or the fuel is spent. */
export const evaluate = (node: Expression, scope: Scope): Complex => {
  if (--scope.fuel < 0) return unknown;
  switch (node.kind) {
    case "number":
      return number(toNumber(node.value), node.value.num === 0n, scope);
    case "constant":
      return node.name === "i" || node.name === "infinity"
        ? constants[node.name]
        : number(constants[node.name].re, false, scope);
    case "variable":
      return scope.bound.get(node.name) ?? moved(scope.valueOf(node.name), scope);
    case "sum":
      return node.terms.reduce((total, term) => plus(total, evaluate(term, scope)), complex(0));
    case "product":
      return node.factors.reduce((total, factor) => times(total, evaluate(factor, scope)), complex(1));
    case "quotient":
      return over(evaluate(node.over, scope), evaluate(node.under, scope));
    case "negative":
      return negative(evaluate(node.of, scope));
    case "power":
      return power(evaluate(node.base, scope), unmoved(node.exponent, scope));
    case "call":
      return call(node.name, node.args, scope);
    case "series":
      return series(node, scope);
    case "signed":
      return unknown;
  }
};

const number = (value: number, isZero: boolean, { shift }: Scope): Complex =>
  Math.abs(value) < 1e-290 && !isZero ? unknown : complex(shift ? shift(value) : value);

const moved = (value: Complex, { shift }: Scope): Complex => (shift ? complex(shift(value.re), value.im) : value);

/** Whole exponents are exact; what holds π or e is not. */
const unmoved = (node: Expression, scope: Scope): Complex => {
  const { shift } = scope;
  if (node.kind !== "number" && !(node.kind === "negative" && node.of.kind === "number") && node.kind !== "quotient")
    return evaluate(node, scope);
  scope.shift = undefined;
  const value = evaluate(node, scope);
  scope.shift = shift;
  return value;
};

const constants: Readonly<Record<"pi" | "e" | "i" | "infinity", Complex>> = {
  pi: complex(Math.PI),
  e: complex(Math.E),
  i: complex(0, 1),
  infinity: complex(Infinity),
};

/** An unknown function of several arguments: a fixed one that depends on its name and on each argument. */
const application = (name: string, values: readonly Complex[], scope: Scope): Complex =>
  values.reduce(
    (total, value, at) => plus(total, times(value, complex(0.7 + at * 1.3 + at * at * 0.17))),
    scope.valueOf(name),
  );

/** A sign such as `∠` before a name makes an unknown quantity of it: a fixed function of its value. */
const call = (name: string, args: readonly Expression[], scope: Scope): Complex => {
  const values = args.map((arg, at) => (name === "root" && at === 1 ? unmoved(arg, scope) : evaluate(arg, scope)));
  if (name === "∠" || name === "△")
    return plus(times(values[0] ?? unknown, complex(1.37)), complex(name.charCodeAt(0) / 4096));
  if (name.endsWith("()")) return application(name, values, scope);
  return numericFunctions.get(name)?.(...values) ?? unknown;
};

const series = (node: Extract<Expression, { kind: "series" }>, scope: Scope): Complex => {
  const [from, to] = [unmoved(node.from, scope), unmoved(node.to, scope)];
  const infinite = to.re === Infinity;
  const last = infinite ? from.re + limits.terms : to.re;
  if (!Number.isInteger(from.re) || !Number.isInteger(last) || last - from.re > limits.terms) return unknown;
  let total = complex(node.name === "sum" ? 0 : 1);
  const outer = scope.bound.get(node.index);
  for (let k = from.re; k <= last && scope.fuel > 0; k++) {
    scope.bound.set(node.index, complex(k));
    const term = evaluate(node.body, scope);
    if (infinite && k === last && !(Math.abs(term.re) < 1e-16)) total = unknown;
    total = node.name === "sum" ? plus(total, term) : times(total, term);
  }
  if (outer) scope.bound.set(node.index, outer);
  else scope.bound.delete(node.index);
  return scope.fuel > 0 ? total : unknown;
};

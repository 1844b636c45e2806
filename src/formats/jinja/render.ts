import { Given } from "./arguments.ts";
import { bounded, spend } from "./effort.ts";
import { fault } from "./fault.ts";
import { filters, type Reach } from "./filters.ts";
import { attributeOf, subscripted } from "./attributes.ts";
import { globalsOf, loopOf } from "./globals.ts";
import type { Argument, Body, Expr, Node, Parameter, Target } from "./nodes.ts";
import { isRelated, negated, operate, slice } from "./operators.ts";
import { namesIn } from "./reads.ts";
import { testsWith, unknownTest } from "./tests.ts";
import { joined } from "./text-methods.ts";
import {
  type Call,
  Callable,
  Dict,
  isTrue,
  iterate,
  Namespace,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
  valueOf,
} from "./values.ts";

const tests = testsWith(filters);

/** Names and their values, an inner scope before the one around it. */
class Scope {
  readonly #values = new Map<string, Value>();
  readonly #around: Scope | null;
  constructor(around: Scope | null) {
    this.#around = around;
  }
  get(name: string): Value | undefined {
    return this.#values.get(name) ?? (this.#values.has(name) ? null : this.#around?.get(name));
  }
  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

type Signal = "break" | "continue" | null;

class Renderer {
  readonly #reach: Reach = {
    attribute: attributeOf,
    filter: (name, value, call) => this.#filter(name, value, call),
    test: (name, value, call) => this.#test(name, value, call),
  };

  render(body: Body, around: Scope): string {
    const out: string[] = [];
    this.#run(body, around, out);
    return joined(out, "");
  }

  #run(body: Body, scope: Scope, out: string[]): Signal {
    for (const node of body) {
      const signal = this.#node(node, scope, out);
      if (signal !== null) return signal;
    }
    return null;
  }

  #node(node: Node, scope: Scope, out: string[]): Signal {
    spend(1);
    if (node.is === "data") out.push(node.text);
    else if (node.is === "print") out.push(textOf(this.#eval(node.value, scope)));
    else if (node.is === "if") {
      const taken = node.branches.find(({ test }) => test === null || isTrue(this.#eval(test, scope)));
      return taken ? this.#run(taken.body, scope, out) : null;
    } else if (node.is === "for") this.#for(node, scope, out, { items: this.#eval(node.of, scope), depth: 1n });
    else if (node.is === "break" || node.is === "continue") return node.is;
    else this.#define(node, scope, out);
    return null;
  }

  #define(node: Node, scope: Scope, out: string[]): void {
    if (node.is === "set") this.#assign(node.target, this.#eval(node.value, scope), scope);
    else if (node.is === "set-block") {
      const text = this.render(node.body, new Scope(scope));
      this.#assign(node.target, node.filter ? this.#eval(node.filter, scope, text) : text, scope);
    } else if (node.is === "with") {
      const inner = new Scope(scope);
      for (const [target, value] of node.targets) this.#assign(target, this.#eval(value, scope), inner);
      out.push(this.render(node.body, inner));
    } else if (node.is === "macro") scope.set(node.name, this.#macro(node, scope));
    else if (node.is === "call-block") {
      const caller = this.#macro({ ...node, name: "caller" }, scope);
      const call = node.call as Extract<Expr, { is: "call" }>;
      const { args, named } = this.#arguments(call.args, scope);
      const value = this.#call(this.#eval(call.of, scope), { args, named: new Map([...named, ["caller", caller]]) });
      out.push(textOf(value));
    } else if (node.is === "filter-block")
      out.push(textOf(this.#eval(node.filter, scope, this.render(node.body, new Scope(scope)))));
    else if (node.is === "scope") out.push(this.render(node.body, new Scope(scope)));
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    if (target.is === "name") return scope.set(target.name, value);
    if (target.is === "field") {
      const space = scope.get(target.of);
      if (!(space instanceof Namespace)) return fault("cannot assign attribute on non-namespace object");
      return void space.values.set(target.name, value);
    }
    const values = iterate(value);
    if (values.length !== target.items.length)
      return fault(`cannot unpack ${values.length} values into ${target.items.length} names`);
    target.items.forEach((item, at) => this.#assign(item, values[at] as Value, scope));
  }

  #for(
    node: Extract<Node, { is: "for" }>,
    scope: Scope,
    out: string[],
    { items, depth }: Readonly<{ items: Value; depth: bigint }>,
  ): void {
    const passes = (item: Value): boolean => {
      if (node.test === null) return true;
      const inner = new Scope(scope);
      this.#assign(node.target, item, inner);
      return isTrue(this.#eval(node.test, inner));
    };
    const all = iterate(items).filter(passes);
    const again = (call: Call): Value => {
      if (!node.recursive) return fault("the loop is not recursive");
      const nested: string[] = [];
      this.#for(node, scope, nested, { items: call.args[0] ?? null, depth: depth + 1n });
      return joined(nested, "");
    };
    // A turn that is left by break or continue does not count: jinja2 then runs the else part.
    let complete = false;
    const changed: { last: readonly Value[] | null } = { last: null };
    for (const [at, item] of all.entries()) {
      spend(1);
      const inner = new Scope(scope);
      inner.set("loop", loopOf({ all, at, depth, again, changed }));
      this.#assign(node.target, item, inner);
      const signal = this.#run(node.body, inner, out);
      if (signal === "break") break;
      complete ||= signal === null;
    }
    if (!complete) this.#run(node.otherwise, new Scope(scope), out);
  }

  #macro(
    { name, parameters, body }: Readonly<{ name: string; parameters: readonly Parameter[]; body: Body }>,
    scope: Scope,
  ): Callable {
    const mentioned = namesIn(body);
    const names = parameters.map((parameter) => parameter.name);
    const takes = (extra: string): boolean => mentioned.has(extra) && !names.includes(extra);
    return new Callable(
      name,
      ({ args, named }) => {
        const inner = new Scope(scope);
        const left = new Map(named);
        parameters.forEach((parameter, at) => {
          const given = at < args.length ? args[at] : left.get(parameter.name);
          if (at >= args.length) left.delete(parameter.name);
          const otherwise = () =>
            parameter.default === null
              ? new Undefined(`parameter ${JSON.stringify(parameter.name)}`)
              : this.#eval(parameter.default, inner);
          inner.set(parameter.name, given === undefined ? otherwise() : given);
        });
        if (takes("caller")) {
          inner.set("caller", left.get("caller") ?? new Undefined("caller"));
          left.delete("caller");
        }
        if (takes("kwargs")) inner.set("kwargs", new Dict(left));
        else if (left.size > 0) fault(`macro ${name} takes no keyword argument ${[...left.keys()][0]}`);
        if (takes("varargs")) inner.set("varargs", new Tuple(args.slice(names.length)));
        else if (args.length > names.length) fault(`macro ${name} takes not more than ${names.length} arguments`);
        return this.render(body, inner);
      },
      { name: () => name, arguments: () => new Tuple(names) },
    );
  }

  #arguments(given: readonly Argument[], scope: Scope): Call {
    const args: Value[] = [];
    const named = new Map<string, Value>();
    for (const { name, spread, value } of given) {
      const evaluated = this.#eval(value, scope);
      if (spread === "*") for (const one of iterate(evaluated)) args.push(one);
      else if (spread === "**")
        for (const [key, one] of evaluated instanceof Dict ? evaluated.entries() : fault("** needs a dict"))
          named.set(textOf(key), one);
      else if (name === null) args.push(evaluated);
      else named.set(name, evaluated);
    }
    return { args, named };
  }

  #call(value: Value, call: Call): Value {
    if (value instanceof Undefined) return value.refuse();
    return value instanceof Callable ? value.call(call) : fault("the value is not callable");
  }

  #filter(name: string, value: Value, call: Call): Value {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (!filter) return fault(`No filter named ${JSON.stringify(name)}.`);
    const given = new Given(call, name);
    const result = filter(value, given, this.#reach);
    given.done();
    return result;
  }

  #test(name: string, value: Value, call: Call): boolean {
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
    if (!test) return unknownTest(name);
    const given = new Given(call, name);
    const result = test(value, given);
    given.done();
    return result;
  }

  /** `input`: what stands before the first filter of a block. */
  #eval(expr: Expr, scope: Scope, input: Value = ""): Value {
    spend(1);
    const of = (inner: Expr): Value => this.#eval(inner, scope, input);
    switch (expr.is) {
      case "const":
        return expr.value;
      case "name": {
        const value = scope.get(expr.name);
        return value === undefined ? new Undefined(expr.name) : value;
      }
      case "list":
        return expr.items.map(of);
      case "tuple":
        return new Tuple(expr.items.map(of));
      case "dict":
        return new Dict(expr.entries.map(([key, value]) => [of(key), of(value)]));
      case "attribute":
        return attributeOf(of(expr.of), expr.name);
      case "item":
        return this.#item(of(expr.of), expr.key, scope);
      case "call":
        return this.#call(of(expr.of), this.#arguments(expr.args, scope));
      case "filter":
        return this.#filter(expr.name, expr.of === null ? input : of(expr.of), this.#arguments(expr.args, scope));
      case "test":
        return this.#test(expr.name, of(expr.of), this.#arguments(expr.args, scope));
      case "unary":
        return negated(expr.operator, of(expr.of));
      case "binary":
        return this.#binary(expr, of);
      case "compare":
        return this.#compare(expr, of);
      case "concat":
        return joined(
          expr.parts.map((part) => textOf(of(part))),
          "",
        );
      case "if":
        if (isTrue(of(expr.test))) return of(expr.value);
        return expr.otherwise === null ? new Undefined("the value of an if without else") : of(expr.otherwise);
      default:
        return fault("a slice stands outside of brackets");
    }
  }

  #item(value: Value, key: Expr, scope: Scope): Value {
    if (key.is !== "slice") return subscripted(value, this.#eval(key, scope));
    if (value instanceof Undefined) return value.refuse();
    const parts = key.parts.map((part) => (part === null ? null : this.#eval(part, scope)));
    return slice(value, parts) ?? fault(`'${typeName(value)}' object is not subscriptable`);
  }

  #binary({ operator, left, right }: Extract<Expr, { is: "binary" }>, of: (expr: Expr) => Value): Value {
    const first = of(left);
    if (operator === "and") return isTrue(first) ? of(right) : first;
    if (operator === "or") return isTrue(first) ? first : of(right);
    return operate(operator, first, of(right));
  }

  #compare({ first, rest }: Extract<Expr, { is: "compare" }>, of: (expr: Expr) => Value): boolean {
    let left = of(first);
    return rest.every(([operator, expr]) => {
      const right = of(expr);
      const holds = isRelated(operator, left, right);
      left = right;
      return holds;
    });
  }
}

/**
 * Renders as transformers does: jinja2 in a sandbox, with trim_blocks, lstrip_blocks and loop controls. Templates come
 * with models of strangers: one that takes too many steps, too much memory or too long is a TemplateFault.
 */
export const renderTemplate = (body: Body, variables: Readonly<Record<string, unknown>>, date: string): string => {
  const scope = new Scope(null);
  for (const [name, value] of Object.entries(globalsOf(date))) scope.set(name, value);
  for (const [name, value] of Object.entries(variables)) scope.set(name, valueOf(value));
  return bounded(() => new Renderer().render(body, new Scope(scope)));
};

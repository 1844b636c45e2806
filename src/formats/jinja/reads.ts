import { append } from "../../core/extremes.ts";
import { bounded } from "./effort.ts";
import type { Body, Expr, Node, Target } from "./nodes.ts";

type Visit = Readonly<{
  load: (name: string) => void;
  /** Names that are set from here on. */
  set: (names: readonly string[]) => void;
  /** Names that are known within a part alone. */
  within: (names: readonly string[], walk: () => void) => void;
}>;

const namesOf = (target: Target): readonly string[] =>
  target.is === "name" ? [target.name] : target.is === "tuple" ? target.items.flatMap(namesOf) : [];

/** Walks in the order of the text. */
const walkExpr = (expr: Expr | null, visit: Visit): void => {
  const walk = (inner: Expr | null): void => walkExpr(inner, visit);
  if (expr === null) return;
  if (expr.is === "name") visit.load(expr.name);
  else if (expr.is === "list" || expr.is === "tuple") expr.items.forEach(walk);
  else if (expr.is === "dict") expr.entries.flat().forEach(walk);
  else if (expr.is === "slice" || expr.is === "concat") expr.parts.forEach(walk);
  else if (expr.is === "binary") [expr.left, expr.right].forEach(walk);
  else if (expr.is === "compare") [expr.first, ...expr.rest.map(([, right]) => right)].forEach(walk);
  else if (expr.is === "if") [expr.test, expr.value, expr.otherwise].forEach(walk);
  else if (expr.is !== "const") {
    walk(expr.of);
    if (expr.is === "item") walk(expr.key);
    if (expr.is === "call" || expr.is === "filter" || expr.is === "test") expr.args.forEach(({ value }) => walk(value));
  }
};

type Walkers = { readonly [Kind in Node["is"]]: (node: Extract<Node, { is: Kind }>, visit: Visit) => void };

const inMacro = (node: Extract<Node, { is: "macro" | "call-block" }>, visit: Visit): void => {
  node.parameters.forEach((parameter) => walkExpr(parameter.default, visit));
  visit.within([...node.parameters.map(({ name }) => name), "varargs", "kwargs", "caller"], () =>
    walkBody(node.body, visit),
  );
};

const walkers: Walkers = {
  data: () => {},
  break: () => {},
  continue: () => {},
  print: ({ value }, visit) => walkExpr(value, visit),
  if: ({ branches }, visit) =>
    branches.forEach(({ test, body }) => {
      walkExpr(test, visit);
      walkBody(body, visit);
    }),
  for: ({ target, of, test, body, otherwise }, visit) => {
    walkExpr(of, visit);
    visit.within([...namesOf(target), "loop"], () => {
      walkExpr(test, visit);
      walkBody(body, visit);
    });
    walkBody(otherwise, visit);
  },
  set: ({ target, value }, visit) => {
    walkExpr(value, visit);
    if (target.is === "field") visit.load(target.of);
    visit.set(namesOf(target));
  },
  "set-block": ({ target, filter, body }, visit) => {
    walkBody(body, visit);
    walkExpr(filter, visit);
    visit.set(namesOf(target));
  },
  with: ({ targets, body }, visit) => {
    targets.forEach(([, value]) => walkExpr(value, visit));
    visit.within(
      targets.flatMap(([target]) => namesOf(target)),
      () => walkBody(body, visit),
    );
  },
  macro: (node, visit) => {
    inMacro(node, visit);
    visit.set([node.name]);
  },
  "call-block": (node, visit) => {
    walkExpr(node.call, visit);
    inMacro(node, visit);
  },
  "filter-block": ({ filter, body }, visit) => {
    walkBody(body, visit);
    walkExpr(filter, visit);
  },
  scope: ({ body }, visit) => walkBody(body, visit),
};

const walkBody = (body: Body, visit: Visit): void => body.forEach((node) => walkers[node.is](node as never, visit));

/** Every name that is looked up somewhere in it. */
export const namesIn = (body: Body): ReadonlySet<string> => {
  const names = new Set<string>();
  walkBody(body, { load: (name) => names.add(name), set: () => {}, within: (_names, walk) => walk() });
  return names;
};

/**
 * The variables that a template reads from outside: looked up before it sets them itself, and no names of loops or
 * macros.
 */
export const readsOf = (body: Body): ReadonlySet<string> => bounded(() => allReads(body));

const allReads = (body: Body): ReadonlySet<string> => {
  const reads = new Set<string>();
  const bound: string[] = [];
  walkBody(body, {
    load: (name) => {
      if (!bound.includes(name)) reads.add(name);
    },
    set: (names) => append(bound, names),
    within: (names, walk) => {
      const before = bound.length;
      append(bound, names);
      walk();
      bound.length = before;
    },
  });
  return reads;
};

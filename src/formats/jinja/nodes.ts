import type { Value } from "./values.ts";

export type Argument = Readonly<{ name: string | null; spread: "" | "*" | "**"; value: Expr }>;

export type Expr =
  | Readonly<{ is: "const"; value: Value }>
  | Readonly<{ is: "name"; name: string }>
  | Readonly<{ is: "list"; items: readonly Expr[] }>
  | Readonly<{ is: "tuple"; items: readonly Expr[] }>
  | Readonly<{ is: "dict"; entries: readonly (readonly [Expr, Expr])[] }>
  | Readonly<{ is: "attribute"; of: Expr; name: string }>
  | Readonly<{ is: "item"; of: Expr; key: Expr }>
  | Readonly<{ is: "slice"; parts: readonly (Expr | null)[] }>
  | Readonly<{ is: "call"; of: Expr; args: readonly Argument[] }>
  | Readonly<{ is: "filter"; of: Expr | null; name: string; args: readonly Argument[] }>
  | Readonly<{ is: "test"; of: Expr; name: string; args: readonly Argument[] }>
  | Readonly<{ is: "unary"; operator: "-" | "+" | "not"; of: Expr }>
  | Readonly<{ is: "binary"; operator: string; left: Expr; right: Expr }>
  | Readonly<{ is: "compare"; first: Expr; rest: readonly (readonly [string, Expr])[] }>
  | Readonly<{ is: "concat"; parts: readonly Expr[] }>
  | Readonly<{ is: "if"; test: Expr; value: Expr; otherwise: Expr | null }>;

/** What is assigned to. */
export type Target =
  | Readonly<{ is: "name"; name: string }>
  | Readonly<{ is: "field"; of: string; name: string }>
  | Readonly<{ is: "tuple"; items: readonly Target[] }>;

export type Parameter = Readonly<{ name: string; default: Expr | null }>;

export type Node =
  | Readonly<{ is: "data"; text: string }>
  | Readonly<{ is: "print"; value: Expr }>
  | Readonly<{ is: "if"; branches: readonly Readonly<{ test: Expr | null; body: Body }>[] }>
  | Readonly<{
      is: "for";
      target: Target;
      of: Expr;
      test: Expr | null;
      recursive: boolean;
      body: Body;
      otherwise: Body;
    }>
  | Readonly<{ is: "set"; target: Target; value: Expr }>
  | Readonly<{ is: "set-block"; target: Target; filter: Expr | null; body: Body }>
  | Readonly<{ is: "with"; targets: readonly (readonly [Target, Expr])[]; body: Body }>
  | Readonly<{ is: "macro"; name: string; parameters: readonly Parameter[]; body: Body }>
  | Readonly<{ is: "call-block"; call: Expr; parameters: readonly Parameter[]; body: Body }>
  | Readonly<{ is: "filter-block"; filter: Expr; body: Body }>
  /** `block` and `generation`: a scope of its own and nothing else. */
  | Readonly<{ is: "scope"; body: Body }>
  | Readonly<{ is: "break" | "continue" }>;

export type Body = readonly Node[];

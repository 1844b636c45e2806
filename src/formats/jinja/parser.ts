import { bounded } from "./effort.ts";
import { fault } from "./fault.ts";
import { type Token, tokensOf } from "./lexer.ts";
import type { Argument, Body, Expr, Node, Parameter, Target } from "./nodes.ts";

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

/** The grammar of jinja2's own parser, with loop controls and `generation`. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  template(): Body {
    const body = this.#body([]);
    return this.#token.kind === "eof" ? body : this.#unexpected();
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== "eof") this.#at++;
    return token;
  }

  #unexpected(): never {
    const { kind, text, line } = this.#token;
    return fault(`unexpected ${kind === "eof" ? "end of the template" : JSON.stringify(text)} in line ${line}`);
  }

  #is(kind: Token["kind"], ...texts: readonly string[]): boolean {
    return this.#token.kind === kind && (texts.length === 0 || texts.includes(this.#token.text));
  }

  #skip(kind: Token["kind"], text: string): boolean {
    const found = this.#is(kind, text);
    if (found) this.#at++;
    return found;
  }

  #expect(kind: Token["kind"], ...texts: readonly string[]): Token {
    return this.#is(kind, ...texts) ? this.#next() : this.#unexpected();
  }

  /** Up to a block that begins with one of these names, which stays the next token but one. */
  #body(ends: readonly string[]): Body {
    const nodes: Node[] = [];
    for (;;) {
      if (this.#is("eof")) return ends.length === 0 ? nodes : this.#unexpected();
      if (this.#is("data")) nodes.push({ is: "data", text: this.#next().text });
      else if (this.#skip("begin", "{{")) {
        nodes.push({ is: "print", value: this.#tuple() });
        this.#expect("end", "}}");
      } else {
        this.#expect("begin", "{%");
        if (this.#is("name", ...ends) && ends.length > 0) return nodes;
        for (const node of this.#statement()) nodes.push(node);
        this.#expect("end", "%}");
      }
    }
  }

  /** The body of a block after its head, and the name that ended it. */
  #block(...ends: readonly string[]): Readonly<{ body: Body; end: string }> {
    this.#skip("operator", ":");
    this.#expect("end", "%}");
    const body = this.#body(ends);
    return { body, end: this.#next().text };
  }

  #statement(): readonly Node[] {
    const { text } = this.#expect("name");
    const read = this.#statements[text];
    return read ? read() : fault(`unknown tag ${JSON.stringify(text)} in line ${this.#token.line}`);
  }

  readonly #statements: Readonly<Record<string, () => readonly Node[]>> = {
    if: () => [this.#if()],
    for: () => [this.#for()],
    set: () => [this.#set()],
    with: () => [this.#with()],
    macro: () => {
      const name = this.#expect("name").text;
      const parameters = this.#parameters();
      return [{ is: "macro", name, parameters, body: this.#block("endmacro").body }];
    },
    call: () => {
      const parameters = this.#is("operator", "(") ? this.#parameters() : [];
      const call = this.#expression();
      if (call.is !== "call") return fault("call needs a call");
      return [{ is: "call-block", call, parameters, body: this.#block("endcall").body }];
    },
    filter: () => {
      const filter = this.#filters(null, true) as Expr;
      return [{ is: "filter-block", filter, body: this.#block("endfilter").body }];
    },
    block: () => {
      const { text } = this.#expect("name");
      this.#skip("name", "scoped");
      const { body } = this.#block("endblock");
      this.#skip("name", text);
      return [{ is: "scope", body }];
    },
    generation: () => [{ is: "scope", body: this.#block("endgeneration").body }],
    break: () => [{ is: "break" }],
    continue: () => [{ is: "continue" }],
    print: () => {
      const values: Node[] = [];
      while (!this.#is("end")) {
        if (values.length > 0) this.#expect("operator", ",");
        values.push({ is: "print", value: this.#expression() });
      }
      return values;
    },
  };

  #if(): Node {
    const branches: { test: Expr | null; body: Body }[] = [];
    for (let end = "elif"; end === "elif";) {
      const test = this.#tuple({ conditions: false });
      const block = this.#block("elif", "else", "endif");
      branches.push({ test, body: block.body });
      end = block.end;
      if (end === "else") branches.push({ test: null, body: this.#block("endif").body });
    }
    return { is: "if", branches };
  }

  #for(): Node {
    const target = this.#target("in");
    this.#expect("name", "in");
    const of = this.#tuple({ conditions: false, end: "recursive" });
    const test = this.#skip("name", "if") ? this.#expression() : null;
    const recursive = this.#skip("name", "recursive");
    const { body, end } = this.#block("endfor", "else");
    const otherwise = end === "else" ? this.#block("endfor").body : [];
    return { is: "for", target, of, test, recursive, body, otherwise };
  }

  #set(): Node {
    const target = this.#target();
    if (this.#skip("operator", "=")) return { is: "set", target, value: this.#tuple() };
    const filter = this.#filters(null, false);
    return { is: "set-block", target, filter, body: this.#block("endset").body };
  }

  #with(): Node {
    const targets: (readonly [Target, Expr])[] = [];
    while (!this.#is("end")) {
      if (targets.length > 0) this.#expect("operator", ",");
      const target = this.#target();
      this.#expect("operator", "=");
      targets.push([target, this.#expression()]);
    }
    return { is: "with", targets, body: this.#block("endwith").body };
  }

  #parameters(): readonly Parameter[] {
    const parameters: Parameter[] = [];
    this.#expect("operator", "(");
    while (!this.#is("operator", ")")) {
      if (parameters.length > 0) this.#expect("operator", ",");
      const name = this.#expect("name").text;
      const value = this.#skip("operator", "=") ? this.#expression() : null;
      if (value === null && parameters.some((other) => other.default !== null))
        fault("non-default argument follows default argument");
      parameters.push({ name, default: value });
    }
    this.#next();
    return parameters;
  }

  #target(end?: string): Target {
    const items: Target[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0 && this.#endsTuple(end)) break;
      items.push(this.#oneTarget());
      if (!this.#skip("operator", ",")) break;
      isTuple = true;
    }
    return isTuple ? { is: "tuple", items } : (items[0] as Target);
  }

  #oneTarget(): Target {
    if (this.#skip("operator", "(")) {
      const target = this.#target();
      this.#expect("operator", ")");
      return target;
    }
    const { text } = this.#expect("name");
    if (constants.has(text)) return fault(`cannot assign to ${text}`);
    return this.#skip("operator", ".")
      ? { is: "field", of: text, name: this.#expect("name").text }
      : { is: "name", name: text };
  }

  #endsTuple(end?: string): boolean {
    return this.#is("end") || this.#is("operator", ")", "=") || (end !== undefined && this.#is("name", end));
  }

  #tuple({
    conditions = true,
    end,
    inParentheses = false,
  }: { conditions?: boolean; end?: string; inParentheses?: boolean } = {}): Expr {
    const items: Expr[] = [];
    let isTuple = false;
    for (;;) {
      if (this.#endsTuple(end)) break;
      items.push(conditions ? this.#expression() : this.#or());
      if (!this.#skip("operator", ",")) break;
      isTuple = true;
    }
    if (!isTuple && items[0]) return items[0];
    return isTuple || inParentheses ? { is: "tuple", items } : this.#unexpected();
  }

  #expression(): Expr {
    let expr = this.#or();
    while (this.#skip("name", "if")) {
      const test = this.#or();
      expr = { is: "if", test, value: expr, otherwise: this.#skip("name", "else") ? this.#expression() : null };
    }
    return expr;
  }

  #left(operand: () => Expr, kind: Token["kind"], ...operators: readonly string[]): Expr {
    let left = operand();
    while (this.#is(kind, ...operators)) left = { is: "binary", operator: this.#next().text, left, right: operand() };
    return left;
  }

  #or(): Expr {
    return this.#left(() => this.#left(() => this.#not(), "name", "and"), "name", "or");
  }

  #not(): Expr {
    return this.#skip("name", "not") ? { is: "unary", operator: "not", of: this.#not() } : this.#comparison();
  }

  #comparison(): Expr {
    const first = this.#sum();
    const rest: (readonly [string, Expr])[] = [];
    for (;;) {
      if (this.#is("operator", "==", "!=", "<", "<=", ">", ">=")) rest.push([this.#next().text, this.#sum()]);
      else if (this.#skip("name", "in")) rest.push(["in", this.#sum()]);
      else if (this.#is("name", "not") && this.#tokens[this.#at + 1]?.text === "in") {
        this.#at += 2;
        rest.push(["not in", this.#sum()]);
      } else break;
    }
    return rest.length === 0 ? first : { is: "compare", first, rest };
  }

  #sum(): Expr {
    return this.#left(() => this.#concat(), "operator", "+", "-");
  }

  #concat(): Expr {
    const parts = [this.#product()];
    while (this.#skip("operator", "~")) parts.push(this.#product());
    return parts.length === 1 ? (parts[0] as Expr) : { is: "concat", parts };
  }

  #product(): Expr {
    const power = () => this.#left(() => this.#unary(), "operator", "**");
    return this.#left(power, "operator", "*", "/", "//", "%");
  }

  #unary(withFilter = true): Expr {
    const sign = this.#is("operator", "-", "+") ? (this.#next().text as "-" | "+") : null;
    const inner: Expr = sign ? { is: "unary", operator: sign, of: this.#unary(false) } : this.#primary();
    const expr = this.#postfix(inner);
    return withFilter ? this.#filterAndTests(expr) : expr;
  }

  #primary(): Expr {
    const { kind, text } = this.#token;
    if (kind === "name") {
      this.#next();
      const value = constants.get(text);
      return value === undefined ? { is: "name", name: text } : { is: "const", value };
    }
    if (kind === "string") {
      let value = this.#next().text;
      while (this.#is("string")) value += this.#next().text;
      return { is: "const", value };
    }
    if (kind === "integer") return { is: "const", value: BigInt(this.#next().text) };
    if (kind === "float") return { is: "const", value: Number(this.#next().text) };
    if (this.#skip("operator", "(")) {
      const expr = this.#tuple({ inParentheses: true });
      this.#expect("operator", ")");
      return expr;
    }
    if (this.#skip("operator", "[")) return { is: "list", items: this.#until("]", () => this.#expression()) };
    if (this.#skip("operator", "{"))
      return {
        is: "dict",
        entries: this.#until("}", () => {
          const key = this.#expression();
          this.#expect("operator", ":");
          return [key, this.#expression()] as const;
        }),
      };
    return this.#unexpected();
  }

  #until<T>(end: string, one: () => T): readonly T[] {
    const all: T[] = [];
    while (!this.#is("operator", end)) {
      if (all.length > 0) this.#expect("operator", ",");
      if (this.#is("operator", end)) break;
      all.push(one());
    }
    this.#next();
    return all;
  }

  #postfix(start: Expr): Expr {
    let expr = start;
    for (;;) {
      if (this.#skip("operator", ".")) expr = this.#dotted(expr);
      else if (this.#skip("operator", "[")) {
        const keys = this.#until("]", () => this.#subscript());
        const key: Expr = keys.length === 1 ? (keys[0] as Expr) : { is: "tuple", items: keys };
        expr = { is: "item", of: expr, key };
      } else if (this.#is("operator", "(")) expr = { is: "call", of: expr, args: this.#arguments() };
      else return expr;
    }
  }

  #dotted(of: Expr): Expr {
    if (this.#is("integer")) return { is: "item", of, key: { is: "const", value: BigInt(this.#next().text) } };
    return { is: "attribute", of, name: this.#expect("name").text };
  }

  #subscript(): Expr {
    const part = () => (this.#is("operator", ":", "]", ",") ? null : this.#expression());
    const first = part();
    if (!this.#skip("operator", ":")) return first ?? this.#unexpected();
    const second = part();
    const third = this.#skip("operator", ":") ? part() : null;
    return { is: "slice", parts: [first, second, third] };
  }

  #arguments(): readonly Argument[] {
    this.#expect("operator", "(");
    return this.#until(")", (): Argument => {
      if (this.#skip("operator", "*")) return { name: null, spread: "*", value: this.#expression() };
      if (this.#skip("operator", "**")) return { name: null, spread: "**", value: this.#expression() };
      const next = this.#tokens[this.#at + 1];
      if (!this.#is("name") || next?.kind !== "operator" || next.text !== "=")
        return { name: null, spread: "", value: this.#expression() };
      const name = this.#next().text;
      this.#next();
      return { name, spread: "", value: this.#expression() };
    });
  }

  #filterAndTests(start: Expr): Expr {
    let expr = start;
    for (;;) {
      if (this.#is("operator", "|")) expr = this.#filters(expr, false) as Expr;
      else if (this.#skip("name", "is")) expr = this.#test(expr);
      else if (this.#is("operator", "(")) expr = { is: "call", of: expr, args: this.#arguments() };
      else return expr;
    }
  }

  #dottedName(): string {
    let { text } = this.#expect("name");
    while (this.#skip("operator", ".")) text += `.${this.#expect("name").text}`;
    return text;
  }

  #filters(start: Expr | null, inline: boolean): Expr | null {
    let expr = start;
    for (let first = inline; first || this.#is("operator", "|"); first = false) {
      if (!first) this.#next();
      const name = this.#dottedName();
      expr = { is: "filter", of: expr, name, args: this.#is("operator", "(") ? this.#arguments() : [] };
    }
    return expr;
  }

  #test(of: Expr): Expr {
    const negated = this.#skip("name", "not");
    const name = this.#dottedName();
    const test: Expr = { is: "test", of, name, args: this.#testArguments() };
    return negated ? { is: "unary", operator: "not", of: test } : test;
  }

  #testArguments(): readonly Argument[] {
    if (this.#is("operator", "(")) return this.#arguments();
    const begins = ["name", "string", "integer", "float"].includes(this.#token.kind) || this.#is("operator", "[", "{");
    if (!begins || this.#is("name", "else", "or", "and")) return [];
    if (this.#is("name", "is")) return fault("tests with is cannot be chained");
    return [{ name: null, spread: "", value: this.#postfix(this.#primary()) }];
  }
}

export const parseTemplate = (source: string): Body => bounded(() => new Parser(tokensOf(source)).template());

import { fault } from "./fault.ts";
import { type Call, isText, rawText, textOf, typeName, type Value } from "./values.ts";

/** Reads a call's arguments by place or by name; refuses those that nobody asked for. */
export class Given {
  readonly #call: Call;
  readonly #what: string;
  readonly #read = new Set<string>();
  #place = 0;

  constructor(call: Call, what: string) {
    [this.#call, this.#what] = [call, what];
  }

  /** The next argument; undefined where it is not given. */
  optional(name: string): Value | undefined {
    this.#read.add(name);
    return this.#call.args[this.#place++] ?? this.#call.named.get(name) ?? this.#null(name);
  }

  /** `??` takes a given None for nothing. */
  #null(name: string): null | undefined {
    return this.#call.args[this.#place - 1] === null || this.#call.named.get(name) === null ? null : undefined;
  }

  needed(name: string): Value {
    const value = this.optional(name);
    return value === undefined ? fault(`${this.#what} misses an argument: ${name}`) : value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.optional(name);
    if (value === undefined) return otherwise ?? fault(`${this.#what} misses an argument: ${name}`);
    return isText(value) ? rawText(value) : fault(`${this.#what}: ${name} must be a text, not ${typeName(value)}`);
  }

  /** As text whatever it is. */
  soft(name: string, otherwise: string): string {
    const value = this.optional(name);
    return value === undefined ? otherwise : textOf(value);
  }

  int(name: string, otherwise?: number): number {
    const value = this.optional(name);
    if (value === undefined) return otherwise ?? fault(`${this.#what} misses an argument: ${name}`);
    if (typeof value === "boolean") return value ? 1 : 0;
    return typeof value === "bigint"
      ? Number(value)
      : fault(`${this.#what}: ${name} must be an int, not ${typeName(value)}`);
  }

  /** An argument that is only ever given by name. */
  named(name: string): Value | undefined {
    this.#read.add(name);
    return this.#call.named.get(name);
  }

  /** Arguments by name that nobody read. */
  restNamed(): ReadonlyMap<string, Value> {
    const rest = [...this.#call.named].filter(([name]) => !this.#read.has(name));
    for (const [name] of rest) this.#read.add(name);
    return new Map(rest);
  }

  /** Arguments by place that are left. */
  rest(): readonly Value[] {
    const rest = this.#call.args.slice(this.#place);
    this.#place = this.#call.args.length;
    return rest;
  }

  done(): void {
    const odd = [...this.#call.named.keys()].find((name) => !this.#read.has(name));
    if (odd !== undefined) fault(`${this.#what} takes no argument ${JSON.stringify(odd)}`);
    if (this.#call.args.length > this.#place) fault(`${this.#what} is given too many arguments`);
  }
}

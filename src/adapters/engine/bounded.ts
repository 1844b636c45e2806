import { UserError } from "../../core/user-error.ts";
import type { Engine } from "../../ports/engine.ts";

/** Cut off at an arbitrary character, a text may take a few tokens more than its part of the whole. */
const slack = 64;

/**
 * An engine whose tokenizer is never given a text that could not fit into the context: tokenizers may take the square
 * of a length, and nothing can stop them. Whether it fits is seen from its beginning, of twice as many characters as
 * the context has tokens, then of more.
 */
export function bounded(engine: Engine): Engine {
  const tokenize: Engine["tokenize"] = async (text, options) => {
    const { contextLength } = engine.info;
    for (let length = 2 * contextLength; length < text.length; length *= 2) {
      const beginning = await engine.tokenize(text.slice(0, length), options);
      if (beginning.length > contextLength + slack) throw tooLong(text, length, contextLength);
    }
    return engine.tokenize(text, options);
  };
  return new Proxy(engine, {
    get: (target, name) => {
      const own: unknown = name === "tokenize" ? tokenize : Reflect.get(target, name, target);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

const tooLong = (text: string, length: number, contextLength: number): UserError =>
  new UserError(
    `a text of ${count(text.length)} characters is too long: its first ${count(length)} fill the context of ` +
      `${count(contextLength)} tokens`,
    { hint: "shorten it, or raise the model's context_length" },
  );

const count = (value: number): string => value.toLocaleString("en-US");

import type { Engine } from "../ports/engine.ts";

export type TextStream = Readonly<{
  /** The text that these ids add; what may be half a character is held back. */
  push: (ids: readonly number[]) => Promise<string>;
  /** What was held back, as it is. */
  end: () => Promise<string>;
}>;

const contextIds = 8;

const isHalf = (text: string): boolean => text.endsWith("\ufffd");

/**
 * Text of ids that come in parts. Each part is written together with some ids before it, because some
 * vocabularies write a token otherwise at the beginning of a text.
 */
export const createTextStream = (
  engine: Engine,
  before: readonly number[],
  hidden: ReadonlySet<number>,
): TextStream => {
  let context = before.filter((id) => !hidden.has(id)).slice(-contextIds);
  let pending: readonly number[] = [];
  const textOf = (ids: readonly number[]) => (ids.length === 0 ? "" : engine.detokenize(ids));
  const flush = async (halves: boolean): Promise<string> => {
    if (pending.length === 0) return "";
    const [old, all] = await Promise.all([textOf(context), textOf([...context, ...pending])]);
    const text = all.startsWith(old) ? all.slice(old.length) : await textOf(pending);
    if (isHalf(text) && !halves) return "";
    context = [...context, ...pending].slice(-contextIds);
    pending = [];
    return text;
  };
  return {
    push: (ids) => {
      pending = [...pending, ...ids.filter((id) => !hidden.has(id))];
      return flush(false);
    },
    end: () => flush(true),
  };
};

import { z } from "zod";
import type { Piece } from "../../core/segment.ts";
import { indexOfIds } from "../../methods/pieces.ts";
import type { Continue, Task } from "../../ports/method.ts";

const ids = z.array(z.int().nonnegative());

const Asked = z.strictObject({
  after: ids,
  maxTokens: z.int().positive(),
  stops: z.array(ids.min(1)),
  minTokens: z.int().nonnegative().optional(),
});

const Given = z.strictObject({
  kind: z.enum(["thinking", "continuation", "delimiter", "cue", "answer", "probe"]),
  origin: z.enum(["sampled", "forced"]),
  stop: z.enum(["delimiter", "eos", "length"]).nullable(),
  tokenIds: ids,
});

/** A task as a method of the user's own sees it: what it asks for and what it says the model wrote are checked. */
export function watchedTask(task: Task) {
  const sampled: (readonly number[])[] = [];
  const asking =
    (go: Continue): Continue =>
    async (request) => {
      checked(Asked, request, "it asks for");
      const continued = await go(request);
      sampled.push(continued.tokenIds);
      return continued;
    };
  const checkPiece = (piece: Piece): void => {
    const { origin, tokenIds } = checked(Given, piece, "it yields");
    const isKnown = tokenIds.length === 0 || sampled.some((known) => indexOfIds(known, tokenIds) >= 0);
    if (origin === "sampled" && !isKnown)
      throw new Error(
        "it yields a sampled piece that the model never wrote: what a method writes has the origin forced",
      );
  };
  return {
    task: { ...task, chain: (...args: Parameters<Task["chain"]>) => asking(task.chain(...args)) },
    checkPiece,
  };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${what} ${shown(value)}: ${issue?.path.join(".") || "it"}: ${issue?.message ?? "not of its form"}`);
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 120);

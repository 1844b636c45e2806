import { z } from "zod";
import { roles, type StatedFacts } from "../../core/facts.ts";
import type { Piece } from "../../core/segment.ts";
import type { Assumptions, Cost, Method, Task } from "../../ports/method.ts";
import { aFunction, aName, aSchema, awaited, given, guarded, pluginOf, strictly } from "./shape.ts";
import type { MethodModule, Plugin } from "./modules.ts";
import { watchedTask } from "./watched-task.ts";

const Shape = z.strictObject({
  name: aName.optional(),
  options: aSchema,
  label: aFunction.optional(),
  facts: aFunction.optional(),
  cost: aFunction.optional(),
  check: aFunction.optional(),
  note: aFunction.optional(),
  run: aFunction,
});

const count = z.int().nonnegative();

const Stated = z
  .strictObject({
    role: z.enum(roles),
    budget: count.nullable().optional(),
    minimum: count.optional(),
    ignoredEnds: count.optional(),
    continuation: z.string().nullable().optional(),
    family: z.string().min(1).optional(),
    along: z.array(z.string()).nullable().optional(),
    asked: z
      .union([
        z.strictObject({ tokens: count }),
        z.strictObject({ steps: count, mark: z.string().min(1) }),
        z.strictObject({ length: z.enum(["shorter", "longer"]) }),
      ])
      .nullable()
      .optional(),
  })
  .transform((facts) => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)));

/** Infinity: nothing bounds it. */
const amount = z.custom<number>((value) => typeof value === "number" && value >= 0, {
  error: "expected a number from 0",
});

const Costs = z.strictObject({
  thinking: amount,
  worstThinking: amount,
  chains: amount,
  answers: amount.optional(),
  stretches: z.array(z.strictObject({ name: z.string(), tokens: amount })).optional(),
  requests: amount,
});

/** A thought as long as the model makes it, and an answer. */
const costByDefault = ({ natural }: Assumptions): Cost => ({
  thinking: natural,
  worstThinking: Infinity,
  chains: 1,
  requests: 2,
});

const labelByDefault = (options: unknown): string =>
  Object.entries(options as object)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** `what`: the module as the user wrote it. `name`: what it is called if it does not say so itself. */
export async function methodPlugin(
  written: Plugin<MethodModule>,
  { what, name: fallback }: Readonly<{ what: string; name: string }>,
): Promise<Method> {
  const module = (await pluginOf(written, Shape, what)) as unknown as MethodModule<unknown>;
  const { name = fallback } = module;
  const own = <T>(part: string, schema: z.ZodType<T>, act: () => unknown): T =>
    guarded(`${what}: ${part}`, () => given(schema, act(), `${what}: ${part}`));
  return {
    name,
    options: strictly(module.options),
    label: (options) => own("label", z.string(), () => module.label?.(options) ?? labelByDefault(options)) || name,
    facts: (options) => own("facts", Stated, () => module.facts?.(options) ?? { role: "other" }) as StatedFacts,
    cost: (options, assume) =>
      own("cost", Costs, () => module.cost?.(options, assume) ?? costByDefault(assume)) as Cost,
    check: (fit, options) => awaited(`${what}: check`, () => module.check?.(fit, options)),
    note: (options) => own("note", z.string().nullable(), () => module.note?.(options) ?? null),
    run: (task, options) => watched(task, { what, run: (watchedTask) => module.run(watchedTask, options) }),
  };
}

type Own = Readonly<{ what: string; run: (task: Task) => AsyncIterable<Piece> }>;

async function* watched(task: Task, { what, run }: Own): AsyncGenerator<Piece, void, undefined> {
  const watch = watchedTask(task);
  const pieces = run(watch.task);
  if (typeof pieces?.[Symbol.asyncIterator] !== "function")
    throw new Error(`${what}: run is no async generator: write it as async *run(task, options)`);
  for await (const piece of pieces) {
    watch.checkPiece(piece);
    yield piece;
  }
}

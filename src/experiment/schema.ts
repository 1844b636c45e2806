import { z } from "zod";
import { answerTokens } from "../core/defaults.ts";
import { isModulePath } from "../core/module-path.ts";
import { datasetShape, type DatasetSpec, type GraderSpec } from "./dataset-spec.ts";
import { UserError } from "../core/user-error.ts";
import { FormatSpec } from "../formats/schema.ts";
import type { AnyMethod } from "../ports/method.ts";
import { ShapeSpec } from "./shape-spec.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { type OneKey, readOneKey, report } from "./one-key.ts";
import { StudySpec, studyFaults } from "./study-spec.ts";
import { type Params, sweep } from "./sweep.ts";
import { withoutVariables, withVariables } from "./template-variables.ts";

/** `options`: what a model entry holds besides `name`, `engine`, `format`, `price` and `shape`. */
type EngineEntry = Readonly<{
  options: z.ZodObject;
  /** It knows the shape of its model from the model's file. */
  shaped?: boolean;
  /** Its models are asked questions over a server's own API, and so have no `format`. */
  native?: boolean;
}>;

/**
 * `name`: what it is called where it is named by a path. `flat`: its options stand in the entry itself, as in `{
 * command: [...] }`.
 */
type GraderEntry = Readonly<{ options: z.ZodType; name?: string; flat?: boolean }>;

/** What an experiment may name; the wiring knows them, this layer does not. */
export type Registry = Readonly<{
  engines: Readonly<Record<string, EngineEntry>>;
  methods: Readonly<Record<string, AnyMethod>>;
  graders: Readonly<Record<string, GraderEntry>>;
}>;

export const Price = z
  .strictObject({
    input: z.number().nonnegative().describe("Price of a million prompt tokens."),
    output: z.number().nonnegative().describe("Price of a million generated tokens."),
    cached_input: z
      .number()
      .nonnegative()
      .optional()
      .describe("Price of a million prompt tokens that a cache held. Left out: as `input`. For native models."),
    cache_write: z
      .number()
      .nonnegative()
      .optional()
      .describe("Price of a million prompt tokens that were written into a cache. Left out: as `input`."),
  })
  .describe("Prices in your currency, for the cost of a plan and a run.");

export const Limits = z
  .strictObject({
    tokens: z.int().positive().optional().describe("Stop after this many decoded tokens."),
    money: z.number().positive().optional().describe("Stop after this much money; needs a `price` for each model."),
    minutes: z.number().positive().optional().describe("Stop after this many minutes."),
  })
  .describe("Limits of a run. Raise one and run the same command to continue.");

export const Expect = z
  .strictObject({
    thinking_tokens: z.number().positive().optional().describe("Mean thinking tokens of a natural thought."),
    tokens_per_ignored_end: z
      .number()
      .nonnegative()
      .optional()
      .describe("Mean thinking tokens that each ignored end adds."),
    answer_tokens: z.number().positive().optional().describe("Mean tokens of an answer."),
    length_spread: z
      .strictObject({
        problems: z.number().nonnegative().describe("Between problems."),
        draws: z.number().nonnegative().describe("Between thoughts about one problem."),
      })
      .optional()
      .describe(
        "How natural thoughts differ in length: standard deviations of the natural logarithm of their tokens. It " +
          "decides how many draws rejection sampling needs. Left out: measured in the database, else 0.28 and 0.26.",
      ),
    tokens_per_second: z.number().positive().optional().describe("Decoded tokens per second, over all attempts."),
  })
  .describe("Lengths and speed that `plan` uses for its estimates. A run does not use them.");

export const SamplingSpec = z
  .strictObject({
    temperature: z.number().nonnegative().default(0).describe("0 is greedy decoding."),
    top_p: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("Nucleus sampling: sample from the most likely tokens whose probabilities add up to this."),
    top_k: z.int().nonnegative().default(0).describe("Sample from the N most likely tokens; 0 for all."),
    min_p: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Leave out tokens whose probability is below this share of the most likely token's."),
    seed: z.int().nonnegative().default(1).describe("Seed of all random numbers."),
    epochs: z.int().positive().default(1).describe("Attempts at each problem."),
    max_answer_tokens: z
      .int()
      .positive()
      .default(answerTokens)
      .describe("Most tokens of an answer, after the thought."),
    share: z
      .boolean()
      .default(true)
      .describe("Points share the tokens of equal beginnings. False: each point has chains of its own."),
  })
  .describe("How tokens are sampled.");

export type SamplingSpec = z.infer<typeof SamplingSpec>;

export type ModelSpec = Readonly<{
  name: string;
  engine: string;
  /** Null for a native engine. */
  format: FormatSpec | null;
  price: z.infer<typeof Price> | null;
  /** Left out where nobody gave it. */
  shape?: ShapeSpec;
  /** Methods that it is run with; left out: all. */
  methods?: readonly string[];
  /** The engine's own options, validated. */
  options: Params;
}>;

/** One entry of `methods`: a method and the settings its options stand for. */
export type MethodSpec = Readonly<{
  name: string;
  settings: readonly Readonly<{ params: Params; label: string }>[];
  /** What the user should know about the options as written. */
  note?: string;
}>;

export type Experiment = Readonly<{
  name: string;
  description?: string | undefined;
  models: readonly ModelSpec[];
  datasets: readonly DatasetSpec[];
  methods: readonly MethodSpec[];
  sampling: SamplingSpec;
  concurrency?: number | undefined;
  limits?: z.infer<typeof Limits> | undefined;
  expect?: z.infer<typeof Expect> | undefined;
  study?: StudySpec | undefined;
  /** Files of the user's own code, by their content; left out where there are none. */
  modules?: readonly Readonly<{ path: string; sha256: string }>[] | undefined;
}>;

const modelShape = (name: string, { native = false, shaped = false }: EngineEntry) => ({
  name: z.string().min(1).describe("Your name for the model, shown in plots."),
  engine: z.literal(name).describe("What runs the model."),
  ...(native ? {} : { format: FormatSpec }),
  price: Price.optional(),
  methods: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Names of the methods that this model is run with. Left out: all of the experiment's."),
  ...(shaped ? {} : { shape: ShapeSpec.optional() }),
});

const modelSchema = (name: string, entry: EngineEntry) => {
  const own = entry.options;
  if (own._zod.def.checks?.length) throw new Error(`engine ${name}: options must be a plain object schema`);
  const ownKeys = Object.keys(own.shape);
  return z.strictObject({ ...own.shape, ...modelShape(name, entry) }).transform((value): ModelSpec => {
    const all: Record<string, unknown> = value;
    return {
      name: value.name,
      engine: name,
      format: (all["format"] as FormatSpec | undefined) ?? null,
      price: value.price ?? null,
      ...(value.methods === undefined ? {} : { methods: value.methods }),
      ...(all["shape"] === undefined ? {} : { shape: all["shape"] as ShapeSpec }),
      options: Object.fromEntries(ownKeys.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]]))),
    };
  });
};

/** The `models` of an experiment file. */
export const modelsSchema = (registry: Registry) => {
  const [first, ...others] = Object.entries(registry.engines).map(([name, entry]) => modelSchema(name, entry));
  if (!first) throw new Error("no engines");
  return z
    .array(z.discriminatedUnion("engine", [first, ...others]))
    .min(1)
    .check(uniqueNames)
    .describe("The models to run.");
};

/** Names are how points, plots and tables tell things apart. */
const uniqueNames = (ctx: z.core.ParsePayload<readonly Readonly<{ name: string }>[]>): void =>
  ctx.value.forEach(({ name }, at) => {
    if (ctx.value.findIndex((other) => other.name === name) < at)
      report(ctx)({
        path: [at, "name"],
        message: `the name ${JSON.stringify(name)} is taken by an entry above`,
        at: "value",
      });
  });

/** `exact`, or `regex: { pattern: ... }`, or an entry that is options itself: `{ command: [...] }`. */
export const graderSchema = (graders: Registry["graders"]) =>
  z.unknown().transform((value, ctx): GraderSpec => {
    const fault = report(ctx);
    const read = readGrader(value, graders, fault);
    const entry = read && graders[read.name];
    if (!read || !entry) return z.NEVER;
    const result = entry.options.safeParse(read.options);
    const name = isModulePath(read.name) ? (entry.name ?? read.name) : read.name;
    if (result.success) return { name, options: result.data as GraderSpec["options"] };
    const at = typeof value === "string" || entry.flat ? [] : [read.name];
    for (const found of faultsOf(result.error.issues, entry.options, read.options))
      fault({ ...found, path: [...at, ...found.path] });
    return z.NEVER;
  });

function readGrader(value: unknown, graders: Registry["graders"], fault: (fault: Fault) => void): OneKey | undefined {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const flat = keys.find((key) => graders[key]?.flat);
  if (flat !== undefined) return { name: flat, options: value as OneKey["options"] };
  return readOneKey(value, { kind: "grader", known: Object.keys(graders), fault });
}

const needsGrader = (ctx: z.core.ParsePayload<DatasetSpec>): void => {
  if (ctx.value.path !== undefined && ctx.value.grader === undefined)
    report(ctx)({
      path: ["grader"],
      message: "missing: your own file needs a grader, such as exact or math",
      at: "value",
    });
};

const methodSchema = (methods: Registry["methods"]) =>
  z.unknown().transform((value, ctx): MethodSpec => {
    const fault = report(ctx);
    const read = readOneKey(value, { kind: "method", known: Object.keys(methods), fault });
    const method = read && methods[read.name];
    if (!read || !method) return z.NEVER;
    const {
      own,
      variables,
      faults: odd,
    } = "knobs" in method ? { own: read.options, variables: {}, faults: [] } : withoutVariables(read.options);
    const { settings, faults } = sweep(method.options, own);
    const path = typeof value === "string" ? [] : [read.name];
    for (const found of [...faults, ...odd]) fault({ ...found, path: [...path, ...found.path] });
    try {
      const note = method.note?.(own) ?? null;
      return {
        name: isModulePath(read.name) ? method.name : read.name,
        settings: withVariables(
          settings.map((params) => ({ params, label: method.label(params) })),
          variables,
        ),
        ...(note === null ? {} : { note }),
      };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      fault({ path, message: error.message, at: "value" });
      return z.NEVER;
    }
  });

const knownPoints = (ctx: z.core.ParsePayload<Pick<Experiment, "models" | "methods" | "study">>): void => {
  const names = ctx.value.methods.map(({ name }) => name);
  for (const [at, { methods = [] }] of ctx.value.models.entries())
    for (const [i, name] of methods.entries())
      if (!names.includes(name))
        report(ctx)({
          path: ["models", at, "methods", i],
          message: `the experiment has no method ${JSON.stringify(name)}, only ${[...new Set(names)].join(", ")}`,
          at: "value",
        });
  const labels = ctx.value.methods.flatMap(({ settings }) => settings.map(({ label }) => label));
  for (const { path, message } of studyFaults(ctx.value.study ?? [], labels))
    report(ctx)({ path: ["study", ...path], message, at: "value" });
};

/** The parts that are read by hand; the JSON Schema describes them by hand too. */
export const handWritten = (registry: Registry) => ({
  method: methodSchema(registry.methods),
  grader: graderSchema(registry.graders),
});

/** The experiment file, for these engines, methods and graders. */
export const experimentSchema = (registry: Registry, parts = handWritten(registry)) =>
  z
    .strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9-]+$/, "expected lower-case letters, digits and hyphens")
        .describe("Name of the experiment, unique in a database."),
      description: z.string().optional().describe("What the experiment is for; shown in reports."),
      models: modelsSchema(registry),
      datasets: z
        .array(z.strictObject({ ...datasetShape, grader: parts.grader.optional() }).check(needsGrader))
        .min(1)
        .check(uniqueNames)
        .describe("The problems to solve."),
      methods: z
        .array(parts.method)
        .min(1)
        .describe("How test-time compute is spent. A list of values is swept; several lists make their product."),
      sampling: SamplingSpec.prefault({}),
      concurrency: z
        .int()
        .positive()
        .optional()
        .describe("Attempts that run at once. Left out: what the engine recommends."),
      limits: Limits.optional(),
      expect: Expect.optional(),
      study: StudySpec.optional(),
    })
    .check(knownPoints);

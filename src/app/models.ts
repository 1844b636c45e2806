import { bounded } from "../adapters/engine/bounded.ts";
import { tierPrices } from "../adapters/engine/native/services.ts";
import { readFile } from "node:fs/promises";
import { type Place, UserError } from "../core/user-error.ts";
import { findPath, searchFolders } from "../experiment/paths.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import type { Variables } from "../formats/chat-template.ts";
import { type ResolvedFormat, resolveFormat } from "../formats/resolve.ts";
import { formatOf, type FormatSpec, isAuto } from "../formats/schema.ts";
import type { Engine } from "../ports/engine.ts";
import type { NativeModel, PreparedModel } from "../runner/prepared.ts";
import { hubModelOf, hubModelPath } from "./hub-models.ts";
import { describedOf } from "./native-defaults.ts";
import { placed } from "./places.ts";
import type { OnTry, Registry } from "./registry.ts";

export type StartOptions = Readonly<{
  /** Where relative paths start. */
  file: string;
  registry: Registry;
  onTry?: OnTry;
  /** Where an option of the model is in the experiment file. */
  place?: (option: string) => Place | undefined;
}>;

/** Starts the engine of a model entry and puts its format into the model's tokens. */
export async function startModel(spec: ModelSpec, options: StartOptions): Promise<PreparedModel> {
  if (spec.format === null)
    throw new UserError(`model ${JSON.stringify(spec.name)} cannot continue a thought`, {
      hint: "its server takes a question and gives a whole answer",
    });
  const engine = await startEngine(spec, options);
  try {
    const format = await resolveWords(spec, engine, options);
    return { name: spec.name, engine: identifiedBy(format, engine), price: spec.price, ...wordsIn(format) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** A template from a file is part of what a model is: another text in it makes other prompts. */
const identifiedBy = ({ chosen: { template_sha256: template } }: ResolvedFormat, engine: Engine): Engine =>
  template === undefined
    ? engine
    : { ...engine, info: { ...engine.info, identity: { ...engine.info.identity, template } } };

/** What a model takes from its format. */
export const wordsIn = ({
  prompt,
  delimiters,
  template,
  chosen,
}: ResolvedFormat): Pick<PreparedModel, "prompt" | "delimiters" | "format" | "template"> => ({
  prompt,
  delimiters,
  template,
  format: chosen,
});

type FormatOptions = Pick<StartOptions, "file" | "place"> &
  Readonly<{
    /** Of the chat template; they go before those of the entry. */
    variables?: Variables;
  }>;

/** The format of a model entry in the model's tokens. */
export async function resolveWords(
  { name, format }: ModelSpec,
  engine: Engine,
  { file, place, variables = {} }: FormatOptions,
): Promise<ResolvedFormat> {
  if (format === null) throw new Error(`model ${name} has no format`);
  return placed(place?.("format"), async () =>
    resolveFormat(await withTemplate(withVariables(format, variables, name), file), engine, name),
  );
}

function withVariables(format: FormatSpec, variables: Variables, model: string): FormatSpec {
  if (Object.keys(variables).length === 0) return format;
  const spec = formatOf(format);
  if (!isAuto(spec) && spec.prompt !== "chat")
    throw new UserError(`model ${JSON.stringify(model)}: template_variables need its chat template`, {
      hint: "format: auto, or prompt: chat",
    });
  return { ...spec, template_variables: { ...spec.template_variables, ...variables } } as FormatSpec;
}

/** A template that a file holds, in place of the file's name. */
async function withTemplate(format: FormatSpec, file: string): Promise<FormatSpec> {
  if (typeof format === "string" || format.template === undefined) return format;
  const path = findPath(format.template, searchFolders(file));
  try {
    return { ...format, template: await readFile(path, "utf8") };
  } catch (cause) {
    throw new UserError(
      `cannot read the chat template ${JSON.stringify(format.template)}: ${(cause as Error).message}`,
      {
        hint: "template names a file with a Jinja template",
        cause,
      },
    );
  }
}

/** The engine alone. */
export async function startEngine(
  spec: ModelSpec,
  { file, registry, onTry = () => undefined, place }: StartOptions,
): Promise<Engine> {
  const kind = registry.engines[spec.engine];
  if (!kind || kind.native) throw new Error(`no engine ${JSON.stringify(spec.engine)}`);
  const from = ["path", "hub", "base_url"].find((key) => spec.options[key] !== undefined) ?? "path";
  return bounded(
    await placed(place?.(from), () => kind.start(startOptions(spec, { file, shaped: kind.shaped }), onTry)),
  );
}

/** Options with the path of the model's file: next to the experiment, or where it was pulled to. */
function startOptions(spec: ModelSpec, { file, shaped }: Readonly<{ file: string; shaped: boolean | undefined }>) {
  const { path } = spec.options;
  const here = typeof path === "string" ? { ...spec.options, path: findPath(path, searchFolders(file)) } : spec.options;
  if (!shaped) return here;
  const pulled = hubModelOf(spec);
  const { hub: _hub, file: _file, revision: _revision, ...own } = here;
  if (pulled) return { ...own, path: hubModelPath(pulled) };
  if (path === undefined)
    throw new UserError(`model ${JSON.stringify(spec.name)} needs path, the GGUF file of the model`, {
      hint: "or hub: owner/name, a model of the Hub",
    });
  return own;
}

/** Starts a native model. */
export async function startNative(
  spec: ModelSpec,
  { registry, onTry = () => undefined, place }: StartOptions,
): Promise<NativeModel> {
  const { name, engine, options, price } = spec;
  const kind = registry.engines[engine];
  if (!kind?.native) throw new Error(`no engine ${JSON.stringify(engine)} for native models`);
  const native = await placed(place?.("base_url"), () => kind.start(options, onTry));
  return { name, native, price, ...sharesOf(spec, registry) };
}

/** What tiers and batches of its service cost as shares of the price. */
function sharesOf(spec: ModelSpec, registry: Registry): Pick<NativeModel, "tierPrices" | "batchPrice"> {
  const described = describedOf(spec, registry);
  if (!described) return {};
  const tiers = described.service === null ? undefined : tierPrices[described.service];
  return {
    ...(tiers ? { tierPrices: tiers } : {}),
    ...(spec.options["batch"] && described.batchPrice !== null ? { batchPrice: described.batchPrice } : {}),
  };
}

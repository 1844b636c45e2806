import { type LlamaInput, LlamaOptions } from "../adapters/engine/llama/options.ts";
import { type OpenAIInput, OpenAIOptions } from "../adapters/engine/openai/options.ts";
import { type OpenAINativeInput, OpenAINativeOptions } from "../adapters/engine/native/options.ts";
import { type ScriptedInput, ScriptedOptions } from "../adapters/engine/scripted/options.ts";
import type { Registry } from "../experiment/schema.ts";
import { graders } from "../graders/index.ts";
import { scorers } from "./scorers.ts";
import { methods, nativeMethods } from "../methods/index.ts";
import { rebaseWith } from "../methods/rebase.ts";
import type { Method } from "../ports/method.ts";
import type { Engine } from "../ports/engine.ts";
import type { NativeEngine } from "../ports/native-engine.ts";
import type { TryRecord } from "../ports/result-store.ts";

/** Engines by the name they have in an experiment file; prices are the runner's business. */
const engines = {
  llama: LlamaOptions,
  openai: OpenAIOptions.omit({ price: true }),
  "openai-native": OpenAINativeOptions,
  scripted: ScriptedOptions,
} as const;

/** Methods for models that continue a thought; those that need an adapter are wired here. */
export const chainMethods: Readonly<Record<string, Method>> = {
  ...methods,
  rebase: rebaseWith((url) => (thoughts) => scorers.at(url).score(thoughts)) as Method,
};

/** What an experiment file may name: the only place that knows all of it. */
export const registry: Registry = {
  engines,
  messageEngines: ["openai-native"],
  shapedEngines: ["llama"],
  methods: { ...chainMethods, ...nativeMethods },
  graders,
};

/** Told of every request to a server. */
export type OnTry = (tried: TryRecord) => void;

/** Starts the engine of a model entry; `options` were validated by the engine's schema. Engines are loaded when used. */
export async function createEngine(engine: string, options: unknown, onTry: OnTry = () => undefined): Promise<Engine> {
  if (engine === "llama")
    return (await import("../adapters/engine/llama/engine.ts")).createLlamaEngine(options as LlamaInput);
  if (engine === "openai")
    return (await import("../adapters/engine/openai/engine.ts")).createOpenAIEngine(
      options as OpenAIInput,
      process.env,
      { onTry },
    );
  if (engine === "scripted")
    return (await import("../adapters/engine/scripted/engine.ts")).createScriptedEngine(options as ScriptedInput);
  throw new Error(`no engine ${JSON.stringify(engine)}`);
}

/** The same for an engine that is given questions. */
export async function createNativeEngine(
  engine: string,
  options: unknown,
  onTry: OnTry = () => undefined,
): Promise<NativeEngine> {
  if (engine === "openai-native")
    return (await import("../adapters/engine/native/engine.ts")).createOpenAINativeEngine(
      options as OpenAINativeInput,
      process.env,
      { onTry },
    );
  throw new Error(`no engine ${JSON.stringify(engine)} that is given questions`);
}

import type { z } from "zod";
import { type LlamaInput, LlamaOptions } from "../adapters/engine/llama/options.ts";
import { cacheFolder } from "../adapters/hub/cache-folder.ts";
import { HubModel } from "../adapters/hub/hub-model.ts";
import {
  describeAnthropic,
  type Described,
  describeGemini,
  describeOpenAI,
} from "../adapters/engine/native/described.ts";
import {
  type AnthropicInput,
  AnthropicOptions,
  type GeminiInput,
  GeminiOptions,
  type OpenAINativeInput,
  OpenAINativeOptions,
} from "../adapters/engine/native/options.ts";
import { type OpenAIInput, OpenAIOptions, toldBy } from "../adapters/engine/openai/options.ts";
import { type ScriptedInput, ScriptedOptions } from "../adapters/engine/scripted/options.ts";
import { givenBy } from "../adapters/engine/top-options.ts";
import { scriptedRewards } from "../adapters/scorer/scripted.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Given } from "../core/signals.ts";
import type { Registry as Names } from "../experiment/schema.ts";
import { graders } from "../graders/index.ts";
import { methods, nativeMethods } from "../methods/index.ts";
import { beamWith, dvtsWith, type OwnScorers, rebaseWith } from "../methods/rebase.ts";
import type { Engine } from "../ports/engine.ts";
import type { Grader } from "../ports/grader.ts";
import type { AnyMethod } from "../ports/method.ts";
import type { NativeEngine } from "../ports/native-engine.ts";
import type { RewardAt, Thought } from "../ports/reward.ts";
import type { TryRecord } from "../ports/result-store.ts";
import type { GraderModule, MethodModule, Plugin } from "./plugins/modules.ts";
import { programGrader, ProgramOptions } from "./plugins/program-grader.ts";
import { Scorers } from "./scorers.ts";

/** Called for every request to a server. */
export type OnTry = (tried: TryRecord) => void;

type EngineFacts = Readonly<{
  /** The engine's keys in a model entry, besides `name`, `engine`, `format`, `price` and `shape`. */
  options: z.ZodObject;
  /** It asks a server: a plan does not start it, and a run first tries whether its knobs do anything. */
  served?: boolean;
  /** It knows the shape of its model from the model's file. */
  shaped?: boolean;
  /** What it will tell of sampled tokens, by its options alone; left out: its running engine says. */
  signals?: (options: unknown, sampling: Sampling) => Given;
}>;

/** How engines of one kind are started; `options` were checked by the schema. */
export interface EngineKind extends EngineFacts {
  readonly native?: false;
  start(options: unknown, onTry: OnTry): Promise<Engine>;
}

/** The same for engines of native models, which cannot continue a thought. */
export interface NativeEngineKind extends EngineFacts {
  readonly native: true;
  /** What is known of the model before anybody is asked; left out, nothing is checked. */
  describe?(options: unknown): Described;
  start(options: unknown, onTry: OnTry): Promise<NativeEngine>;
}

/** The schema of a grader's options, and what makes a grader of them. */
export interface GraderKind {
  readonly options: z.ZodType;
  /** What it is called where it is named by a path. */
  readonly name?: string;
  /** Its options stand in the entry itself, as in `{ command: [...] }`. */
  readonly flat?: boolean;
  /** `file`: the experiment file, beside which relative paths start. */
  create(options: unknown, file: string): Grader;
}

/** What a program adds to the engines, methods and graders that an experiment may name; each by its name there. */
export type Extensions = Readonly<{
  engines?: Readonly<Record<string, EngineKind | NativeEngineKind>>;
  methods?: Readonly<Record<string, AnyMethod | Plugin<MethodModule>>>;
  graders?: Readonly<Record<string, GraderKind | Plugin<GraderModule>>>;
}>;

/** The same in full. */
export type Added = Readonly<
  Pick<Extensions, "engines"> & {
    methods?: Readonly<Record<string, AnyMethod>>;
    graders?: Readonly<Record<string, GraderKind>>;
  }
>;

/** What an experiment may name, and how it is started. */
export type Registry = Readonly<{
  engines: Readonly<Record<string, EngineKind | NativeEngineKind>>;
  methods: Names["methods"];
  graders: Readonly<Record<string, GraderKind>>;
}>;

/** Engines are loaded when they are started. */
const engines: Registry["engines"] = {
  llama: {
    options: LlamaOptions.extend({ path: LlamaOptions.shape.path.optional(), ...HubModel }),
    shaped: true,
    signals: (options) => givenBy(options as LlamaOptions),
    start: async (options) =>
      (await import("../adapters/engine/llama/engine.ts")).createLlamaEngine(options as LlamaInput, {
        probes: cacheFolder("probed"),
      }),
  },
  openai: {
    options: OpenAIOptions,
    served: true,
    signals: (options, sampling) => toldBy(options as OpenAIOptions, sampling),
    start: async (options, onTry) =>
      (await import("../adapters/engine/openai/engine.ts")).createOpenAIEngine(options as OpenAIInput, process.env, {
        onTry,
      }),
  },
  "openai-native": {
    options: OpenAINativeOptions,
    served: true,
    native: true,
    describe: (options) => describeOpenAI(options as OpenAINativeOptions),
    start: async (options, onTry) =>
      (await import("../adapters/engine/native/engine.ts")).createOpenAINativeEngine(
        options as OpenAINativeInput,
        process.env,
        { onTry },
      ),
  },
  anthropic: {
    options: AnthropicOptions,
    served: true,
    native: true,
    describe: (options) => describeAnthropic(options as AnthropicOptions),
    start: async (options, onTry) =>
      (await import("../adapters/engine/native/anthropic/engine.ts")).createAnthropicEngine(
        options as AnthropicInput,
        process.env,
        { onTry },
      ),
  },
  gemini: {
    options: GeminiOptions,
    served: true,
    native: true,
    describe: (options) => describeGemini(options as GeminiOptions),
    start: async (options, onTry) =>
      (await import("../adapters/engine/native/gemini/engine.ts")).createGeminiEngine(
        options as GeminiInput,
        process.env,
        { onTry },
      ),
  },
  scripted: {
    options: ScriptedOptions,
    signals: (options) => givenBy(options as ScriptedOptions),
    start: async (options) =>
      (await import("../adapters/engine/scripted/engine.ts")).createScriptedEngine(options as ScriptedInput),
  },
};

/** A grader in another language is an adapter, and is wired here. */
const ownGraders: Registry["graders"] = {
  ...(graders as Readonly<Record<string, Readonly<{ options: z.ZodType; create: (options: never) => Grader }>>>),
  command: {
    options: ProgramOptions,
    flat: true,
    create: (options, file) => programGrader(options as ProgramOptions, file),
  },
};

/**
 * Our engines, methods and graders, and those of a program. Methods that need an adapter are wired here. `own`: scorers
 * of the user's own that the experiment names.
 */
export const registryOf = (added: Added = {}, scorers: Scorers = new Scorers(), own: OwnScorers = {}): Registry => {
  const at: RewardAt = (url) =>
    Object.assign((thoughts: readonly Thought[]) => scorers.at(url).score(thoughts), {
      spent: (thoughts: readonly Thought[]) => scorers.at(url).spent(thoughts),
    });
  const named = { own, scripted: scriptedRewards };
  return {
    engines: { ...engines, ...added.engines },
    methods: {
      ...methods,
      beam: beamWith(at, named),
      dvts: dvtsWith(at, named),
      rebase: rebaseWith(at, named),
      ...nativeMethods,
      ...added.methods,
    },
    graders: { ...ownGraders, ...added.graders },
  };
};

/** Without anything added: what the JSON Schema and the documents describe. */
export const registry: Registry = registryOf();

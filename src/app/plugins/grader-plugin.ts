import { z } from "zod";
import { verdictOf } from "../../graders/verdict.ts";
import type { Grader } from "../../ports/grader.ts";
import type { GraderKind } from "../registry.ts";
import { aFunction, aName, aSchema, guarded, pluginOf, strictly } from "./shape.ts";
import type { GraderModule, Plugin } from "./modules.ts";

const Shape = z.strictObject({
  name: aName.optional(),
  options: aSchema,
  grade: aFunction,
  equivalent: aFunction.optional(),
});

const sameText = (a: string, b: string): boolean => a.trim() === b.trim();

/** `version` changes with the module's content. */
export async function graderPlugin(
  written: Plugin<GraderModule>,
  { what, name: fallback, version }: Readonly<{ what: string; name: string; version: string }>,
): Promise<GraderKind> {
  const module = (await pluginOf(written, Shape, what)) as unknown as GraderModule<unknown>;
  const { name = fallback } = module;
  return {
    name,
    options: strictly(module.options),
    create: (options): Grader => ({
      name,
      version,
      grade: async (response, target, question = "", cue = "") =>
        verdictOf(await module.grade({ response, target, question, cue }, options), response),
      equivalent: (a, b) => guarded(`${what}: equivalent`, () => module.equivalent?.(a, b, options) ?? sameText(a, b)),
    }),
  };
}

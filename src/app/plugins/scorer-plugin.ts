import { z } from "zod";
import type { OwnScorers } from "../../methods/rebase.ts";
import { aFunction, aName, aSchema, awaited, given, pluginOf, strictly } from "./shape.ts";
import type { Plugin, ScorerModule } from "./modules.ts";

const Shape = z.strictObject({ name: aName.optional(), options: aSchema, score: aFunction });

export async function scorerPlugin(
  written: Plugin<ScorerModule>,
  { what, name: fallback }: Readonly<{ what: string; name: string }>,
): Promise<OwnScorers[string]> {
  const module = (await pluginOf(written, Shape, what)) as unknown as ScorerModule<unknown>;
  return {
    name: module.name ?? fallback,
    options: strictly(module.options),
    score: (options) => async (thoughts) => {
      const scores = await awaited(what, () => module.score(thoughts, options));
      return given(z.array(z.number()).length(thoughts.length), scores, what);
    },
  };
}

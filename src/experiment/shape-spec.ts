import { z } from "zod";
import { report } from "./one-key.ts";

const parts = ["layers", "heads", "kv_heads", "head_dim"] as const;

const part = (text: string) => z.int().positive().optional().describe(text);

/** All of the parts, or the file that holds them. */
const partsOrFile = (
  ctx: z.core.ParsePayload<
    Readonly<{ config?: string | undefined }> & Readonly<Partial<Record<(typeof parts)[number], number | undefined>>>
  >,
): void => {
  const { config } = ctx.value;
  for (const key of parts) {
    const given = ctx.value[key] !== undefined;
    if (config === undefined && !given)
      report(ctx)({ path: [key], message: `missing: give ${parts.join(", ")}, or config`, at: "value" });
    if (config !== undefined && given)
      report(ctx)({ path: [key], message: "is read from config; give one of the two", at: "key" });
  }
};

/** What decides floating-point operations and cache, for engines that do not tell it. */
export const ShapeSpec = z
  .strictObject({
    parameters: z
      .number()
      .positive()
      .describe("Parameters used for each token; of a mixture of experts, the active ones."),
    config: z
      .string()
      .min(1)
      .optional()
      .describe("The model's config.json from the Hub, or its folder. The other keys are read from it."),
    layers: part("Layers."),
    heads: part("Attention heads of a layer."),
    kv_heads: part("Heads with keys and values of their own; as `heads` without grouped-query attention."),
    head_dim: part("Size of a head."),
    bytes: z
      .number()
      .positive()
      .optional()
      .describe("Bytes of a parameter and of a number in the cache, for `plan --node`: 4 for float32. Left out: 2."),
  })
  .check(partsOrFile)
  .describe("Shape of a served model, for FLOPs and cache in reports, and for `plan --node`. A run does not use it.");

export type ShapeSpec = z.infer<typeof ShapeSpec>;

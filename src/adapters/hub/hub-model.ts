import { z } from "zod";

/** A model of the Hub as an experiment names it. */
export const HubModel = {
  hub: z
    .string()
    .regex(/^[^/\s@:]+\/[^/\s@:]+$/, "expected owner/name")
    .optional()
    .describe("Model on the Hugging Face Hub, in place of `path`; `overthink models pull` fetches it."),
  file: z
    .string()
    .regex(/\.gguf$/i, "expected a GGUF file")
    .optional()
    .describe("GGUF file of the repository; needed where it has several."),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("Commit, tag or branch of the repository (default: main). A commit never changes."),
} as const;

export type HubModel = Readonly<{ id: string; file: string | null; revision: string }>;

/** `owner/name`, with `@revision` and `:file.gguf` behind it where they are wanted; null for another text. */
export const hubModelIn = (text: string): HubModel | null => {
  const found = /^([^/\s@:]+\/[^/\s@:]+)(?:@([^\s:]+))?(?::(\S+\.gguf))?$/i.exec(text);
  return found ? { id: found[1] ?? "", revision: found[2] ?? "main", file: found[3] ?? null } : null;
};

export const hubModelName = ({ id, revision, file }: HubModel): string =>
  `${id}${revision === "main" ? "" : `@${revision}`}${file === null ? "" : `:${file}`}`;

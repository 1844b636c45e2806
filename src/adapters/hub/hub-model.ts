import { z } from "zod";
import { hubId, hubPath } from "../../core/hub-names.ts";

/** A model of the Hub as an experiment names it. */
export const HubModel = {
  hub: z
    .string()
    .regex(hubId, "expected owner/name, of letters, digits, hyphens, dots and underscores")
    .optional()
    .describe("Model on the Hugging Face Hub, in place of `path`; `overthink models pull` fetches it."),
  file: z
    .string()
    .regex(/\.gguf$/i, "expected a GGUF file")
    .regex(hubPath, "expected a path within the repository")
    .optional()
    .describe("GGUF file of the repository; needed where it has several."),
  revision: z
    .string()
    .regex(hubPath, "expected a commit, tag or branch")
    .optional()
    .describe("Commit, tag or branch of the repository (default: main). A commit never changes."),
} as const;

export type HubModel = Readonly<{ id: string; file: string | null; revision: string }>;

/** `owner/name`, with `@revision` and `:file.gguf` behind it where they are wanted; null for another text. */
export const hubModelIn = (text: string): HubModel | null => {
  const found = /^([^/\s@:]+\/[^/\s@:]+)(?:@([^\s:]+))?(?::(\S+\.gguf))?$/i.exec(text);
  const isNamed = found && hubId.test(found[1] ?? "") && found.slice(2).every((part) => hubPath.test(part ?? "main"));
  return found && isNamed ? { id: found[1] ?? "", revision: found[2] ?? "main", file: found[3] ?? null } : null;
};

export const hubModelName = ({ id, revision, file }: HubModel): string =>
  `${id}${revision === "main" ? "" : `@${revision}`}${file === null ? "" : `:${file}`}`;

import { pick } from "../ask-server.ts";
import type { Dialect } from "../dialect.ts";
import { countOf } from "../fields.ts";

/** OpenAI's old `/v1/completions` and nothing else: text in, text out. */
export const generic: Dialect = {
  tokens: null,
  recognises: async () => false,
  facts: async (_client, entry) => ({
    isServe: false,
    contextLength: countOf(entry, "max_model_len") ?? countOf(entry, "context_length"),
    vocabulary: null,
    eosIds: null,
    chatTemplate: null,
    bosText: null,
    told: pick(entry, "root", "max_model_len"),
    facts: { owned_by: entry["owned_by"] ?? null },
  }),
  tokenizer: null,
  noIds: "is the model loaded?",
  identity: { exact: false },
};

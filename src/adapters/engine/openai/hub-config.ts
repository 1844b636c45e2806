import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../core/user-error.ts";

/** What a model's `config.json` says of the sizes that decide cost, in the words of our records. */
export type HubShape = Readonly<Record<"layers" | "heads" | "kv_heads" | "head_dim", number>>;

type Config = Readonly<Record<string, unknown>>;

/**
 * Reads a `config.json` of the Hub's form, or the one in a folder. Models that see pictures keep the language part
 * apart.
 */
export function readHubConfig(path: string): HubShape {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "config.json") : path;
  const whole = readJson(file);
  const config = (whole["text_config"] ?? whole) as Config;
  const heads = size(config, "num_attention_heads", file);
  return {
    layers: size(config, "num_hidden_layers", file),
    heads,
    kv_heads: config["num_key_value_heads"] == null ? heads : size(config, "num_key_value_heads", file),
    head_dim: config["head_dim"] == null ? size(config, "hidden_size", file) / heads : size(config, "head_dim", file),
  };
}

function readJson(file: string): Config {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as Config;
  } catch (error) {
    throw new UserError(`cannot read the shape of a model: ${(error as Error).message}`, {
      place: { file },
      hint: HINT,
      cause: error,
    });
  }
  throw new UserError("the file holds no JSON object", { place: { file }, hint: HINT });
}

const HINT = "config names a model's config.json as the Hub has it; the numbers can be written under shape instead";

function size(config: Config, key: string, file: string): number {
  const value = config[key];
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw new UserError(`${key} is ${value === undefined ? "missing" : `${JSON.stringify(value)}, not a size`}`, {
    place: { file },
    hint: HINT,
  });
}

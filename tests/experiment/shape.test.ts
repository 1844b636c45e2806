import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readHubConfig } from "../../src/adapters/engine/openai/hub-config.ts";
import { shapesOf } from "../../src/app/shapes.ts";
import { describeUserError, UserErrors } from "../../src/core/user-error.ts";
import { experimentHash } from "../../src/experiment/hash.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { minimal, registry as plain } from "./registry.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-shape-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const llama = plain.engines["llama"] as (typeof plain.engines)[string];
const registry = { ...plain, engines: { ...plain.engines, llama: { ...llama, shaped: true } } };
const served = (shape = ""): string =>
  minimal.replace("engine: llama\n    path: pico.gguf", `engine: scripted${shape}`);
const load = (text: string) => parseExperiment(text, "x.yaml", { registry });
const parse = (text: string) => load(text).experiment;
const shapes = (shape: string, folders: readonly string[] = []) => shapesOf(load(served(shape)), folders);
const faults = (text: string): readonly string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    return (error as UserErrors).errors.map(describeUserError);
  }
};

const config = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

describe("the shape of a served model", () => {
  it("is written in numbers, and does not make another experiment", async () => {
    const shape = "\n    shape: { parameters: 32.8e9, layers: 64, heads: 40, kv_heads: 8, head_dim: 128 }";
    expect((await shapes(shape)).get("pico")).toEqual({
      parameters: 32.8e9,
      layers: 64,
      heads: 40,
      kv_heads: 8,
      head_dim: 128,
    });
    expect(experimentHash(parse(served(shape)))).toBe(experimentHash(parse(served())));
    expect((await shapes("")).size).toBe(0);
  });

  it("is read from the Hub's config.json beside the experiment", async () => {
    config("config.json", {
      num_hidden_layers: 64,
      num_attention_heads: 40,
      num_key_value_heads: 8,
      hidden_size: 5120,
    });
    const of = async (path: string) =>
      (await shapes(`\n    shape: { parameters: 32.8e9, config: ${path} }`, [folder])).get("pico");
    const found = { parameters: 32.8e9, layers: 64, heads: 40, kv_heads: 8, head_dim: 128 };
    expect([await of("config.json"), await of(folder)]).toEqual([found, found]);
    await expect(of("nowhere.json")).rejects.toMatchObject({
      message: expect.stringMatching(/there is no "nowhere\.json"/) as string,
      place: { file: "x.yaml", line: 5 },
    });
  });

  it("is refused where a part is missing, said twice, no size, or known from the model's file", () => {
    expect(faults(served("\n    shape: { parameters: 1e9, layers: 2, heads: 2, kv_heads: 2 }"))).toEqual([
      expect.stringMatching(
        /^x\.yaml:5:\d+ models\[0\]\.shape\.head_dim: missing: give layers, heads, kv_heads, head_dim, or config/,
      ),
    ]);
    expect(faults(served("\n    shape: { parameters: 1e9, layers: 2, config: a.json }"))).toEqual([
      expect.stringMatching(/^x\.yaml:5:\d+ models\[0\]\.shape\.layers: is read from config/),
    ]);
    expect(faults(served("\n    shape: { parameters: -1, config: a.json }"))).toEqual([
      expect.stringMatching(/^x\.yaml:5:\d+ models\[0\]\.shape\.parameters/),
    ]);
    expect(faults(minimal.replace("path: pico.gguf", "path: pico.gguf\n    shape: { parameters: 1 }"))).toEqual([
      expect.stringMatching(/shape/),
    ]);
  });
});

describe("a config.json", () => {
  it("may leave out what follows from the rest, and keep the language part apart", () => {
    expect(
      readHubConfig(config("old.json", { num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 64 })),
    ).toEqual({ layers: 2, heads: 4, kv_heads: 4, head_dim: 16 });
    const text_config = {
      num_hidden_layers: 3,
      num_attention_heads: 8,
      num_key_value_heads: 2,
      head_dim: 32,
      hidden_size: 64,
    };
    expect(readHubConfig(config("seeing.json", { text_config }))).toEqual({
      layers: 3,
      heads: 8,
      kv_heads: 2,
      head_dim: 32,
    });
  });

  it.each([
    ["words", "not JSON", /cannot read the shape of a model/],
    ["list", [1], /holds no JSON object/],
    ["empty", {}, /num_attention_heads is missing/],
    ["half", { num_attention_heads: 4.5 }, /num_attention_heads is 4\.5, not a size/],
  ])("with %s is refused with its name", (name, content, message) => {
    const file = config(`${name}.json`, content);
    expect(() => readHubConfig(file)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringMatching(message) as string,
        place: { file },
      }),
    );
  });
});

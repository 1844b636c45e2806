import { describe, expect, it } from "vitest";
import { z } from "zod";
import { experimentJsonSchema, type JsonSchema, optionTable } from "../../src/experiment/json-schema.ts";
import { registry } from "./registry.ts";

const schema = experimentJsonSchema(registry);
const at = (...path: readonly (string | number)[]): JsonSchema =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], schema) as JsonSchema;

describe("the JSON Schema of the experiment file", () => {
  it("is draft-07 and closed", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      required: ["name", "models", "datasets", "methods"],
      additionalProperties: false,
    });
  });

  it("has a member for each engine", () => {
    const engines = at("properties", "models", "items", "oneOf") as unknown as readonly JsonSchema[];
    expect(engines.map((engine) => (engine["properties"] as Record<string, JsonSchema>)["engine"]?.["const"])).toEqual([
      "llama",
      "scripted",
      "openai-native",
    ]);
  });

  it("takes a value or a list for each option of a method", () => {
    const method = at("properties", "methods", "items", "anyOf", 1);
    expect(method).toMatchObject({ required: ["budget-forcing"], additionalProperties: false });
    expect(at("properties", "methods", "items", "anyOf", 1, "properties", "budget-forcing", "anyOf", 0)).toMatchObject({
      additionalProperties: false,
      properties: {
        max_thinking_tokens: {
          description: "Most thinking tokens.",
          default: null,
          anyOf: [
            { anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }] },
            { type: "array", minItems: 1, items: { anyOf: [{ type: "integer" }, { type: "null" }] } },
          ],
        },
      },
    });
  });

  it("offers the names of methods and graders", () => {
    expect(at("properties", "methods", "items", "anyOf", 0)).toEqual({
      type: "string",
      enum: ["budget-forcing", "probe", "vote"],
    });
    expect(at("properties", "datasets", "items", "properties", "grader", "anyOf", 0)).toEqual({
      type: "string",
      enum: ["exact", "math", "regex"],
    });
  });

  it("takes the path of a module in place of a name", () => {
    const methods = at("properties", "methods", "items", "anyOf") as unknown as readonly JsonSchema[];
    const path = new RegExp(methods.at(-2)?.["pattern"] as string);
    expect(["./mine.mjs", "../lib/mine.js", "/abs/mine", "mine.mjs"].every((name) => path.test(name))).toBe(true);
    expect(["budget-forcing", "mine", "./"].some((name) => path.test(name))).toBe(false);
    const [options] = Object.values(methods.at(-1)?.["patternProperties"] as Record<string, JsonSchema>);
    expect(options).toEqual({ anyOf: [{ type: "object" }, { type: "null" }] });
  });

  it("has no bounds that only say that a number is a number", () => {
    expect(JSON.stringify(schema)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });
});

describe("optionTable", () => {
  it("has a row for each option", () => {
    const Options = z.strictObject({
      size: z.int().positive().describe("How big."),
      word: z.string().default("a|b").describe("One | two."),
      list: z.array(z.string()).optional(),
    });
    expect(optionTable(Options)).toBe(
      [
        "| option | value | default | |",
        "|---|---|---|---|",
        "| `size` | integer | required | How big. |",
        '| `word` | string | `"a\\|b"` | One \\| two. |',
        "| `list` | list of string |  |  |",
      ].join("\n"),
    );
  });
});

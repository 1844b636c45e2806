import { describe, expect, it } from "vitest";
import { UserError, UserErrors } from "../../src/core/user-error.ts";
import { draftOf } from "../../src/experiment/load.ts";
import { parseOverride } from "../../src/experiment/overrides.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { registry } from "../../src/app/registry.ts";

const nines = (what: string): string => Array.from({ length: 9 }, () => what).join(", ");

/** Nine to the power of ten values in ten lines. */
const laughs = [
  `a: &a [${nines("x")}]`,
  ...Array.from("bcdefghij", (name, at) => `${name}: &${name} [${nines(`*${"abcdefghi"[at]}`)}]`),
].join("\n");

const cases: readonly (readonly [string, string, RegExp])[] = [
  ["a billion laughs", laughs, /with its aliases put in it has more than 200,000 values/],
  ["an alias of itself", "a: &a [*a]\n", /the alias \*a is within what it stands for/],
  ["an alias of itself further in", "a: &a { b: &b [*a] }\n", /\*a is within what it stands for/],
  ["a merge of itself", "a: &a { <<: *a }\n", /\*a is within what it stands for/],
  ["brackets without end", `a: ${"[".repeat(50_000)}`, /nested deeper than 64/],
  ["brackets deep in each other", `a: ${"[".repeat(100)}${"]".repeat(100)}`, /nested deeper than 64/],
  ["dashes without end", "- ".repeat(20_000), /nested deeper than 64/],
  ["megabytes", `a: ${"x".repeat(1_000_000)}`, /at most 500000 are read/],
  ["keys by the ten thousand", Array.from({ length: 30_000 }, (_, at) => `k${at}: 1`).join("\n"), /20000 keys/],
  ["aliases by the ten thousand", `- &a x\n${"- *a\n".repeat(50_000)}`, /1000 aliases/],
];

const refusal = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe("a YAML text of a stranger", () => {
  it.each(cases)("is refused for %s", (_, text, message) => {
    const failure = refusal(() => draftOf(text, "x.yaml"));
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toMatch(message);
    expect((failure as UserError).place?.file).toBe("x.yaml");
  });

  it("keeps aliases and merges that stand for little", () => {
    const text = "a: &a { x: 1 }\nb: { <<: *a, y: 2 }\nc: [*a, *a]\n";
    expect(draftOf(text, "x.yaml").input).toEqual({ a: { x: 1 }, b: { x: 1, y: 2 }, c: [{ x: 1 }, { x: 1 }] });
  });

  it.each(["x=*a", "x=&a [*a]", `x=${"[".repeat(9000)}`])("is refused in --set too: %#", (argument) => {
    expect(() => parseOverride(argument)).toThrow(UserError);
  });
});

describe("a sweep", () => {
  const withMethods = (methods: string): string =>
    `name: x\nmodels:\n  - { name: m, engine: scripted, seeded: { end_thinking: 0.5 }, format: pico }\n` +
    `datasets:\n  - { name: d, path: d.jsonl, grader: exact }\nmethods:\n  - budget-forcing: { ${methods} }\n`;
  const faultsOf = (methods: string): readonly UserError[] => {
    const failure = refusal(() => parseExperiment(withMethods(methods), "x.yaml", { registry }));
    return (failure as UserErrors).errors;
  };

  it("of thousands of wrong values says some of the faults", () => {
    const values = Array.from({ length: 9000 }, (_, at) => -1 - at).join(", ");
    expect(faultsOf(`max_thinking_tokens: [${values}]`).length).toBeLessThan(100);
  });

  it("of too many template variables is refused before they are made", () => {
    const many = Array.from({ length: 100 }, (_, at) => `v${at}`).join(", ");
    const methods = `template_variables: { a: [${many}], b: [${many}], c: [${many}], d: [${many}] }`;
    expect(
      faultsOf(methods)
        .map(({ message }) => message)
        .join(),
    ).toMatch(/make 100000000 settings/);
  });

  it("of too many settings is refused before they are made", () => {
    const many = Array.from({ length: 1000 }, (_, at) => at).join(", ");
    expect(String(faultsOf(`max_thinking_tokens: [${many}], ignore_ends: [${many}]`)[0]?.message)).toMatch(
      /these lists make 1000000 settings/,
    );
  });
});

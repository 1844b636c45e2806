import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TemplateFault } from "../../../src/formats/jinja/fault.ts";
import { parseTemplate } from "../../../src/formats/jinja/parser.ts";
import { readsOf } from "../../../src/formats/jinja/reads.ts";
import { renderTemplate } from "../../../src/formats/jinja/render.ts";

type Feature = Readonly<{ name: string; template: string; output?: string; error?: true }>;

const features = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/jinja-features.json"), "utf8"),
) as readonly Feature[];

/** What transformers gives a template, with one question. */
const given = {
  messages: [{ role: "user", content: "Q" }],
  tools: null,
  documents: null,
  add_generation_prompt: true,
  bos_token: "<s>",
  eos_token: "</s>",
};

const render = (template: string, more: Readonly<Record<string, unknown>> = {}): string =>
  renderTemplate(parseTemplate(template), { ...given, ...more }, "2026-01-05");

describe("a template", () => {
  it.each(features.map((feature) => [feature.name, feature] as const))("renders %s as jinja2", (_, feature) => {
    if (feature.error) expect(() => render(feature.template)).toThrow(TemplateFault);
    else expect(render(feature.template)).toBe(feature.output);
  });

  it("writes a stated day in any form", () => {
    const forms = "%Y-%m-%d|%B %d, %Y|%d %B %Y|%d %b %Y|%-d/%-m/%y|%A %j";
    expect(render(`{{ strftime_now('${forms}') }}`)).toBe(
      "2026-01-05|January 05, 2026|05 January 2026|05 Jan 2026|5/1/26|Monday 005",
    );
  });

  it("is given whole numbers as ints and others as floats", () => {
    expect(render("{{ a }} {{ b }} {{ a / 2 }} {{ c }}", { a: 4, b: 0.5, c: [1, true, null, { x: "y" }] })).toBe(
      "4 0.5 2.0 [1, True, None, {'x': 'y'}]",
    );
  });

  it("that calls itself without end is refused", () => {
    expect(() => render("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")).toThrow(TemplateFault);
  });
});

describe("the variables that a template reads", () => {
  it.each([
    ["{% if enable_thinking is defined and enable_thinking %}a{% endif %}", ["enable_thinking"]],
    ["{% for m in messages %}{{ m.role }}{{ loop.index }}{{ n }}{% endfor %}", ["messages", "n"]],
    ["{% if x is not defined %}{% set x = 1 %}{% endif %}{{ x }}", ["x"]],
    ["{% set y = 1 %}{{ y }}", []],
    ["{% macro f(a, b=z) %}{{ a ~ b ~ c ~ kwargs }}{% endmacro %}{{ f(1) }}", ["z", "c"]],
    ["{% set ns = namespace(v=w) %}{% set ns.v = 1 %}", ["namespace", "w"]],
    ["{% with q = p %}{{ q }}{% endwith %}{{ q }}", ["p", "q"]],
  ])("of %s", (template, names) => {
    expect([...readsOf(parseTemplate(template))]).toEqual(names);
  });
});

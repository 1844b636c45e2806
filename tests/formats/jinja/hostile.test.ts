import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TemplateFault } from "../../../src/formats/jinja/fault.ts";
import { parseTemplate } from "../../../src/formats/jinja/parser.ts";
import { readsOf } from "../../../src/formats/jinja/reads.ts";
import { renderTemplate } from "../../../src/formats/jinja/render.ts";

const messages = [{ role: "user", content: "hello" }];

const render = (template: string): string => {
  const body = parseTemplate(template);
  readsOf(body);
  return renderTemplate(body, { messages, big: "x".repeat(100_000) }, "2026-01-05");
};

const refusal = (template: string): unknown => {
  try {
    return render(template);
  } catch (error) {
    return error;
  }
};

const doubled = (what: string): string =>
  `{% set n = namespace(a=${what}) %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}{{ n.a | length }}`;

const loops = (depth: number, inner = "x"): string =>
  `${"{% for i in range(1000) %}".repeat(depth)}${inner}${"{% endfor %}".repeat(depth)}`;

const cases: readonly (readonly [what: string, template: string, message: RegExp])[] = [
  ["an endless range", "{% for i in range(10**9) %}x{% endfor %}", /Range too big/],
  ["nested loops", loops(4), /steps/],
  ["nested loops that write nothing", loops(5, ""), /steps/],
  ["nested ranges in a filter", "{{ range(100000) | map('string') | list | join('x' * 100000) }}", /makes a text of/],
  ["a text that doubles", doubled("'x'"), /makes a text of/],
  ["a list that doubles", doubled("[1]"), /steps/],
  [
    "a number that squares",
    "{% set n = namespace(a=3) %}" + loops(1, "{% set n.a = n.a * n.a %}"),
    /a number too large/,
  ],
  ["a power", "{{ 9 ** (9 ** 9) }}", /a power too large/],
  ["a repetition", "{{ 'x' * 10**12 }}", /repetition too long/],
  ["a wide field", "{{ '%999999999d' % 1 }}", /makes a text of/],
  ["a wide field of braces", "{{ '{:>999999999}'.format(1) }}", /makes a text of/],
  ["padding", "{{ 'a'.center(10**10) }}", /makes a text of/],
  ["zeros", "{{ 'a'.zfill(10**10) }}", /makes a text of/],
  ["an indent", "{{ big | indent(10**9) }}", /makes a text of/],
  ["JSON with an indent", "{{ [[[1]]] | tojson(indent=10**9) }}", /makes a text of/],
  ["a replacement that multiplies", "{{ big | replace('x', big) }}", /makes a text of/],
  ["batches of nothing", "{{ [1] | batch(0) | list }}", /positive/],
  ["the unlike of many", "{{ range(100000) | unique | list | length }}", /steps/],
  ["a billion slices", "{{ [1] | slice(10**9) | list }}", /steps/],
  ["a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", /calls itself without end/],
  ["brackets without end", `{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`, /nests too deep/],
  ["blocks without end", "{% if 1 %}".repeat(10_000) + "{% endif %}".repeat(10_000), /nests too deep/],
  ["a template of megabytes", "x".repeat(2_000_000), /at most 1000000/],
  ["precision beyond numbers", "{{ '%.999f' % 1.5 }}", /out of range/],
];

describe("a chat template of a stranger", () => {
  it.each(cases)("ends at %s", (_, template, message) => {
    const failure = refusal(template);
    expect(failure).toBeInstanceOf(TemplateFault);
    expect(String(failure)).toMatch(message);
  });

  it("reads many lines as fast as few", () => {
    const lines = "{{ 1 }}\n".repeat(50_000);
    expect(render(lines)).toHaveLength(99_999);
  });

  it("is refused or rendered, whatever it is made of", () => {
    const parts = fc.constantFrom(
      "{% for i in range(9) %}",
      "{% endfor %}",
      "{% if x %}",
      "{% endif %}",
      "{{ i }}",
      "{{ 'a' * 9 }}",
      "{% set n = namespace(a=1) %}",
      "{% set n.a = n.a * 99 %}",
      "{{ n.a }}",
      "{{ messages | tojson }}",
      "{% raw %}",
      "{% macro m(a) %}",
      "{% endmacro %}",
      "{{ m(1) }}",
      ..."{}%#'([|-".split(""),
      "{{ ",
      " }}",
      "{{ range(10**5) | list }}",
      "{{ ('x' * 9999) | replace('x', 'y' * 99) }}",
      "\ud800",
      "\0",
      "{{ 1 / 0 }}",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (made) => {
        try {
          expect(render(made.join("")).length).toBeLessThan(5_000_000);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateFault);
        }
      }),
      { numRuns: 300 },
    );
  });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readApart, renderApart } from "../../../src/formats/jinja/apart.ts";
import { TemplateExcess, TemplateFault } from "../../../src/formats/jinja/fault.ts";

const render = (template: string, variables = {}): Promise<string> => renderApart(template, variables, "2026-01-05");
const big = "x".repeat(100_000);

/** Few steps, each of which is work for long: a pattern that tries each place of a long text to its end. */
const slow = "{% for a in range(9999) %}{{ big | striptags | length }}{% endfor %}";

/** Texts that are all kept. */
const wide = "{% set n = namespace(a=[]) %}{% for i in range(90000) %}{% set n.a = [n.a, big | upper] %}{% endfor %}";

describe("a template in a thread of its own", () => {
  it("is rendered, and says what it looks up", async () => {
    expect(await render("{{ a }} {{ strftime_now('%Y') }}", { a: "b" })).toBe("b 2026");
    expect(await readApart("{{ a }}{% if b %}{% endif %}")).toEqual(["a", "b"]);
  });

  it("is refused as it would be here", async () => {
    await expect(render("{{ 1 / 0 }}")).rejects.toThrow(TemplateFault);
    const loops = "{% for i in range(1000) %}{% for j in range(10000) %}{% endfor %}{% endfor %}";
    await expect(render(loops)).rejects.toThrow(TemplateExcess);
  });

  it("is ended at the deadline while everything else goes on, and the next one is rendered", async () => {
    let turns = 0;
    const going = setInterval(() => ++turns, 5);
    const [failure, next] = await Promise.all([
      render(slow, { big: "<".repeat(100_000) }).catch((error: unknown) => error),
      render("{{ a }}", { a: "next" }),
    ]);
    clearInterval(going);
    expect(failure).toEqual(new TemplateExcess("it takes longer than 1000 ms"));
    expect(next).toBe("next");
    expect(turns).toBeGreaterThan(10);
  });

  it("is ended where it fills its memory", async () => {
    await expect(render(wide, { big })).rejects.toThrow(new TemplateExcess("it takes more than 128 MB of memory"));
    expect(await render("{{ a | length }}", { a: big })).toBe("100000");
  });

  it("does not keep a program from ending", () => {
    const file = JSON.stringify(join(import.meta.dirname, "../../../dist/formats/jinja/apart.js"));
    const program = `import { renderApart } from ${file}; console.log(await renderApart("{{ a }}", { a: 7 }, ""));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(stdout + stderr).toBe("7\n");
  });
});

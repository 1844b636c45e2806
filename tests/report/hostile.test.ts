import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { beforeAll, describe, expect, test } from "vitest";
import { svgNodes, type SvgNode } from "../../src/plots/svg-nodes.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { endless, hostile } from "./hostile.ts";

const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u206f\ufeff]/;

describe("a report of a hostile database", () => {
  let outDir: string;
  const read = (name: string): string => readFileSync(join(outDir, name), "utf8");
  const all = (folder: string, ending: string): readonly string[] =>
    readdirSync(join(outDir, folder))
      .filter((name) => name.endsWith(ending))
      .map((name) => read(join(folder, name)));

  beforeAll(async () => {
    outDir = mkdtempSync(join(tmpdir(), "hostile-"));
    await writeReport({ reader: hostile(endless.length).reader, experiments: ["figure"], outDir });
  }, 120_000);

  test("stays small, whatever was thought", () => {
    for (const name of ["report.html", "report.md"]) expect(statSync(join(outDir, name)).size).toBeLessThan(3_000_000);
  });

  test("holds nothing that cannot be seen, in any text it writes", () => {
    const texts = [
      read("report.html"),
      read("report.md"),
      ...all("data", ".csv"),
      ...all("tables", ".tex"),
      ...all("figures", ".svg"),
    ];
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts)
      expect(UNSEEN.exec(text.replaceAll("\r\n", "\n").replaceAll("\u2060", ""))?.[0]).toBeUndefined();
  });

  test("is Markdown whose only tags, links and pictures are our own, with HTML let through", () => {
    const tokens = new MarkdownIt({ html: true, linkify: true })
      .parse(read("report.md"), {})
      .flatMap((token) => [token, ...(token.children ?? [])]);
    const tags = tokens
      .filter(({ type }) => type.startsWith("html_"))
      .flatMap(({ content }) => [...content.matchAll(/<\/?([a-z!][^\s>]*)([^>]*)>/gi)]);
    expect(new Set(tags.map(([, name]) => name))).toEqual(
      new Set(["a", "picture", "source", "img", "sub", "details", "summary"]),
    );
    for (const [, name, rest = ""] of tags) {
      expect(rest.replace(/"[^"]*"/g, "")).not.toMatch(/\bon\w+\s*=/i);
      if (name === "a") expect(rest).toMatch(/^( id="[a-z0-9-]+")?$/);
      if (name === "img" || name === "source") expect(rest).toMatch(/(src|srcset)="figures\/[a-z0-9-]+\.svg"/);
    }
    expect(tokens.filter(({ type }) => type === "image")).toEqual([]);
    for (const link of tokens.filter(({ type }) => type === "link_open"))
      expect(link.attrGet("href")).toMatch(/^(data\/[a-z0-9-]+\.csv|#[a-z0-9-]+)$/);
    expect(tokens.filter(({ type, content }) => type === "inline" && content.startsWith("heading"))).toEqual([]);
  });

  test("is pictures that are well formed and do nothing", () => {
    const names = new Set<string>();
    const walk = (node: SvgNode): void => {
      names.add(node.name);
      for (const attribute of Object.keys(node.attributes)) expect(attribute).not.toMatch(/^on|href$/i);
      for (const child of node.children) if (typeof child !== "string") walk(child);
    };
    for (const svg of all("figures", ".svg")) walk(svgNodes(svg));
    expect([...names].filter((name) => !["svg", "g", "path", "line", "rect", "text", "tspan"].includes(name))).toEqual(
      [],
    );
  });

  test("is CSV without formulas", () => {
    const cells = all("data", ".csv").flatMap((text) =>
      [...text.matchAll(/(?:^|,|\r\n)("(?:[^"]|"")*"|[^,\r\n]*)/g)].map(([, cell = ""]) => cell.replace(/^"|"$/g, "")),
    );
    expect(cells.some((cell) => cell.startsWith("'="))).toBe(false);
    expect(cells.length).toBeGreaterThan(100);
    for (const cell of cells) expect(/^[=@\t]|^[+-](?![\d.]+$)/.test(cell) ? cell : "").toBe("");
  });

  test("is PDF that starts nothing", () => {
    for (const name of readdirSync(join(outDir, "figures")).filter((file) => file.endsWith(".pdf")))
      expect(readFileSync(join(outDir, "figures", name), "latin1")).not.toMatch(
        /\/(JavaScript|JS|URI|Launch|OpenAction|AA|EmbeddedFile)\b/,
      );
  });
});

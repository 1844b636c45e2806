import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeReport } from "../../src/report/write-report.ts";
import { studies } from "./fixture.ts";

const succeeds = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
const packages = ["article.cls", "geometry.sty", "booktabs.sty", "graphicx.sty"];
const isThere = succeeds("pdflatex", "--version") && packages.every((name) => succeeds("kpsewhich", name));
const missing = isThere ? "" : " (skipped: no pdflatex with geometry, booktabs and graphicx found)";

describe.skipIf(missing !== "")(`tables and figures in LaTeX${missing}`, () => {
  test("make a paper, whatever names they hold, and none is wider than the text", async () => {
    const nasty = "\\input{/etc/passwd}\\write18{touch owned} 日本 & % # $x$ _ ^^5c ~ {";
    const settings = [
      { max: null, ignore: 0 },
      { max: 4, ignore: 0 },
      { max: null, ignore: 1, continuation: nasty },
      { max: null, ignore: 2, continuation: nasty },
    ];
    const { reader } = studies({ perLevel: 4, settings, model: nasty, dataset: `${nasty}\u001b\u202e` });
    const outDir = mkdtempSync(join(tmpdir(), "paper-"));
    await writeReport({ reader, experiments: ["figure"], outDir });
    const inputs = readdirSync(join(outDir, "tables")).map((name) => `\\input{tables/${name}}\\clearpage`);
    const pictures = readdirSync(join(outDir, "figures"))
      .filter((name) => name.endsWith(".pdf"))
      .map((name) => `\\noindent\\includegraphics{figures/${name}}\\clearpage`);
    expect([inputs.length > 3, pictures.length]).toEqual([
      true,
      2 * new Set(readdirSync(join(outDir, "figures")).map((name) => name.replace(/(-column|-dark)?\.\w+$/, ""))).size,
    ]);
    writeFileSync(
      join(outDir, "paper.tex"),
      [
        "\\documentclass{article}",
        "\\usepackage[margin=1in]{geometry}",
        "\\usepackage{booktabs,graphicx}",
        "\\begin{document}",
        ...inputs,
        ...pictures,
        "\\end{document}",
      ].join("\n"),
    );
    const log = execFileSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "paper.tex"], {
      cwd: outDir,
      encoding: "latin1",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(log).toMatch(/Output written on paper\.pdf/);
    expect(log).not.toMatch(/^Overfull \\hbox/m);
    expect(existsSync(join(outDir, "owned"))).toBe(false);
  });
});

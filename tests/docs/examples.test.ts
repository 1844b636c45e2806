import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { type Database, openDatabase } from "../../src/adapters/store/sqlite.ts";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { registry } from "../../src/app/registry.ts";
import { program } from "../../src/cli/program.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { gradeCases } from "../../src/graders/cases.ts";
import { loadReference } from "../../src/report/reference/references.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { ChatRequest } from "../../src/server/chat-request.ts";
import { runLab } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";
import { commandsOf, completed, type Example, examplesIn, languages, root } from "./examples.ts";

const folder = mkdtempSync(join(tmpdir(), "examples-"));

let db: Database;
beforeAll(async () => {
  const engine = toyEngine(hashModel(2), { contextLength: 200 });
  db = openDatabase(join(folder, "results.db"));
  await runLab({ db, engine, name: "pico-figure1", settings: [{ max_thinking_tokens: 3 }, {}, { ignore_ends: 2 }] });
});

const named = (examples: readonly Example[]) => examples.map(({ page, text }) => [page, text] as const);

/** Slurm scripts and Python are tried for real by `scripts/cluster/slurm.sh` and `scripts/python-docs.py`. */
const elsewhere = ["bash", "python"];

it("every fenced block is of a language that is tried, here or by the tests of the package", () => {
  expect([...languages()].sort()).toEqual(["", ...elsewhere, "js", "json", "latex", "sh", "sql", "yaml"].sort());
});

describe("a YAML example", () => {
  const experiments = examplesIn("yaml").filter(({ text }) => !text.startsWith("title:"));

  it.each(named(experiments))("of %s is valid: %s", (page, text) => {
    expect(() => parseExperiment(completed(text), page, { registry })).not.toThrow();
  });

  const runnable = experiments.filter(({ text }) => text.startsWith("name:") && !text.includes("engine: openai"));

  it.each(named(runnable))("of %s fits its models: %s", async (_, text) => {
    const experiment = await openExperiment(parse(text) as Record<string, unknown>, { db: join(folder, "none.db") });
    expect((await experiment.plan()).attempts).toBeGreaterThan(0);
  });

  it("is tried so on the pages where a reader begins", () => {
    expect(runnable.map(({ page }) => page)).toEqual(expect.arrayContaining(["README.md", "docs/experiment.md"]));
  });
});

/** The same program, whose commands do nothing. */
function idle(): Command {
  const disarm = (command: Command): void => {
    command.exitOverride().action(() => undefined);
    command.commands.forEach(disarm);
  };
  const parser = program(() => undefined);
  parser.commands.forEach(disarm);
  return parser;
}

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };

/** A pattern asks for files that a reader has; a plain name does not. */
const withoutPatterns = (words: readonly string[]): readonly string[] =>
  words.map((word) => word.replace(/^'(.*)\*(.*)'$/, "$10$2"));

/** What a reader types must be known to what it is typed for. */
const trials: Readonly<Record<string, (words: readonly string[], command: string) => unknown>> = {
  npx: ([name, ...words]) => {
    expect(name).toBe("overthink");
    return idle().parseAsync(["node", "overthink", ...withoutPatterns(words)]);
  },
  node: ([script, ...words]) => {
    expect(script).toBe("bin/overthink.cjs");
    return idle().parseAsync(["node", "overthink", ...withoutPatterns(words)]);
  },
  npm: (words) => expect(["test", ...Object.keys(scripts)]).toContain(words.at(-1)),
  curl: (_, command) => ChatRequest.parse(JSON.parse(/-d '(.*)'/.exec(command)?.[1] ?? "")),
};

describe("a shell example", () => {
  const commands = examplesIn("sh").flatMap(({ page, text }) => commandsOf(text).map((command) => [page, command]));

  it.each(commands)("of %s is understood: %s", async (_, command = "") => {
    const [first = "", ...words] = command.split(/\s+/);
    expect(Object.keys(trials)).toContain(first);
    await trials[first]?.(words, command);
  });
});

describe("an SQL example", () => {
  it.each(named(examplesIn("sql")))("of %s can be asked: %s", (_, text) => {
    const reader = sqliteReader(db);
    for (const statement of text.replaceAll(/--.*$/gm, "").split(";"))
      if (statement.trim() !== "") expect(() => [...reader.query(statement)]).not.toThrow();
  });
});

it("the JSON of grading.md is a file of cases, that of report.md a reference", () => {
  const [grading, report] = ["docs/grading.md", "docs/report.md"].map((name) =>
    examplesIn("json").filter(({ page }) => page === name),
  );
  expect(examplesIn("json")).toHaveLength((grading?.length ?? 0) + (report?.length ?? 0));
  for (const { text } of grading ?? []) expect(gradeCases(JSON.parse(text)).cases).not.toEqual([]);
  for (const { text } of report ?? []) {
    writeFileSync(join(folder, "reference.json"), text);
    expect(loadReference(join(folder, "reference.json")).curves).not.toEqual([]);
  }
});

it("the files that LaTeX examples name are those of a report", async () => {
  const outDir = join(folder, "report");
  const { files } = await writeReport({ reader: sqliteReader(db), experiments: ["pico-figure1"], outDir });
  const wanted = examplesIn("latex").flatMap(({ text }) =>
    [...text.matchAll(/\\(?:includegraphics|input)\{([^}]*)\}/g)].map((match) => join(outDir, match[1] ?? "")),
  );
  expect(files).toEqual(expect.arrayContaining(wanted));
  expect(wanted).not.toEqual([]);
});

it("the module of extending.md grades", async () => {
  const modules = examplesIn("js").filter(({ page }) => page === "docs/extending.md");
  for (const [at, { text }] of modules.entries()) {
    const path = join(folder, `module-${at}.mjs`);
    writeFileSync(path, text);
    const experiment = await openExperiment({
      ...(parse(completed("")) as object),
      datasets: [{ name: "arithmetic", limit: 1, grader: path }],
    });
    expect((await experiment.plan()).points).toBe(1);
  }
  expect(modules).toHaveLength(1);
});

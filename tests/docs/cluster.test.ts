import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { program } from "../../src/cli/program.ts";
import { root } from "./examples.ts";

const folder = join(root, "examples/cluster");
const filesOf = (ending: string) => readdirSync(folder).filter((file) => file.endsWith(ending));
const text = (path: string) => readFileSync(join(root, path), "utf8");

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

const understood = (words: readonly string[]) => idle().parseAsync(["node", "overthink", ...words]);

type Container = Readonly<{ args: readonly string[] }>;
type Job = Readonly<{ spec: { template: { spec: { containers: readonly Container[] } } } }>;

describe("examples/cluster", () => {
  it.each(filesOf(".yaml"))("%s gives the program arguments that it has", async (file) => {
    const { spec } = parse(text(`examples/cluster/${file}`)) as Job;
    const [{ args } = { args: [] }] = spec.template.spec.containers;
    expect(args[0]).toBe("run");
    await understood(args.map((word) => word.replaceAll(/\$\(\w+\)/g, "1")));
  });

  it.each(filesOf(".sh"))("%s gives the program arguments that it has, and is a script of bash", async (file) => {
    const script = text(`examples/cluster/${file}`);
    execFileSync("bash", ["-n", join(folder, file)]);
    const [, line = ""] = /node "\$OVERTHINK" ([^&]*) &/.exec(script.replaceAll("\\\n", " ")) ?? [];
    const words = line
      .replaceAll('"$@"', "sweep.yaml")
      .replace("$SHARDS", "4")
      .replaceAll(/\$\w+/g, "1")
      .replaceAll('"', "")
      .split(/\s+/);
    expect(words[0]).toBe("run");
    await understood(words);
  });

  it("is all named in docs/cluster.md", () => {
    const page = text("docs/cluster.md");
    expect(readdirSync(folder).filter((file) => !page.includes(`examples/cluster/${file}`))).toEqual([]);
  });
});

describe("workflows", () => {
  const workflows = join(root, ".github/workflows");
  it.each(readdirSync(workflows))("%s runs scripts that are there", (file) => {
    const runs = [...text(`.github/workflows/${file}`).matchAll(/(?:node|bash) (scripts\/\S+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(runs).not.toEqual([]);
    expect(runs.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("a release has notes: the part of the changelog for this version, an item a line", () => {
    const notes = execFileSync(process.execPath, [join(root, "scripts/release-notes.mjs")], { encoding: "utf8" });
    expect(notes).toMatch(/^### Features\n- /);
    expect(notes).not.toMatch(/^ {2}\S/m);
  });
});

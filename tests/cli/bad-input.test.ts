import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { attemptsOf } from "../fixtures/lab.ts";
import { overthink, root, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "kept.db");
const pico = join(root, "models/pico/pico.gguf");

const stored = () => {
  const open = new Sqlite(db, { readonly: true });
  try {
    return attemptsOf(open);
  } finally {
    open.close();
  }
};

/** Runs what is wrong against a database that holds something: exit code 2, one line, nothing harmed. */
async function refused(args: readonly string[]): Promise<string> {
  if (!existsSync(db))
    await overthink(["run", writeExperiment(folder, "kept.yaml", { name: "kept" }), "--db", db], folder);
  const before = stored();
  const { code, stderr, stdout } = await overthink(args, folder);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stored()).toEqual(before);
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr.trimEnd();
}

const llama = (path: string, more = "") => `models:
  - name: pico
    engine: llama
    path: ${path}
    ${more || "format: pico"}
`;

function written(file: string, replace: (text: string) => string, name = file.replace(".yaml", "")): string {
  const path = writeExperiment(folder, file, { name });
  writeFileSync(path, replace(readFileSync(path, "utf8")));
  return path;
}

const withModel = (file: string, model: string): string =>
  written(file, (text) => text.replace(/models:[\s\S]*?datasets:/, `${model}datasets:`));

const cases: readonly [string, string, (text: string) => string, RegExp][] = [
  [
    "an unknown key",
    "key.yaml",
    (t) => t.replace("max_answer_tokens", "max_anwser_tokens"),
    /key\.yaml:\d+:\d+ .*max_anwser_tokens.*did you mean "max_answer_tokens"/,
  ],
  ["a wrong type", "type.yaml", (t) => t.replace("[0, 4, 16]", "[0, many]"), /type\.yaml:10:\d+ .*max_thinking_tokens/],
  ["a negative budget", "negative.yaml", (t) => t.replace("[0, 4, 16]", "[0, -4]"), /negative\.yaml:10:\d+ .*-4/],
  ["an empty sweep", "empty.yaml", (t) => t.replace("[0, 4, 16]", "[]"), /empty\.yaml:10:\d+ .*max_thinking_tokens/],
  [
    "an unknown method",
    "method.yaml",
    (t) => t.replace("budget-forcing", "budget-forceing"),
    /method\.yaml:10:\d+ .*did you mean "budget-forcing"/,
  ],
  [
    "an unknown engine",
    "engine.yaml",
    (t) => t.replace("engine: scripted", "engine: skripted"),
    /engine\.yaml:4:\d+ .*scripted/,
  ],
  [
    "an unknown data set",
    "data.yaml",
    (t) => t.replace(/- \{ name: mine.*/, "- name: arithmetics"),
    /data\.yaml:8:\d+ unknown data set "arithmetics", did you mean "arithmetic"/,
  ],
  ["a broken file", "syntax.yaml", (t) => t.replace("name: toy", 'name: "toy'), /syntax\.yaml:\d+:\d+/],
  [
    "a context too small for budget and answer",
    "context.yaml",
    (t) => t.replace("[0, 4, 16]", "[0, 5000]"),
    /context\.yaml:10:\d+ problem "p0" of mine needs 50\d\d tokens at ≤5000 .*holds 4096/,
  ],
];

describe("bad input", () => {
  it.each(cases)("refuses %s in one line with the place", async (_, file, replace, message) => {
    const stderr = await refused(["run", written(file, replace), "--db", db]);
    expect(stderr).toMatch(message);
    expect(stderr.split("\n")).toHaveLength(1);
  });

  it("reports all faults of a file together", async () => {
    const file = written("several.yaml", (t) =>
      t.replace("max_answer_tokens", "max_tokens").replace("[0, 4, 16]", "[-1]").replace("name: toy", "nam: toy"),
    );
    expect((await refused(["run", file, "--db", db])).split("\n").length).toBeGreaterThanOrEqual(3);
  });

  it("refuses a file that is not there", async () => {
    expect(await refused(["run", "nowhere.yaml", "--db", db])).toMatch(/nowhere\.yaml.*no such file/);
  });

  it("refuses a missing model file", async () => {
    expect(await refused(["run", withModel("missing.yaml", llama("models/none.gguf")), "--db", db])).toMatch(
      /missing\.yaml:5:11 there is no "models\/none\.gguf"/,
    );
  });

  it.each([0, 3, 40, 5000, 400_000])("refuses a GGUF cut to %i bytes", async (bytes) => {
    const cut = join(folder, `cut-${bytes}.gguf`);
    writeFileSync(cut, readFileSync(pico).subarray(0, bytes));
    expect(await refused(["run", withModel(`cut-${bytes}.yaml`, llama(cut)), "--db", db])).toMatch(
      new RegExp(`cut-${bytes}\\.yaml:5:11 .*cut-${bytes}\\.gguf`),
    );
  });

  it("refuses a format whose delimiter the vocabulary lacks", async () => {
    const format =
      'format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "<|im_start|>answer", end_of_turn: "</s>" }';
    expect(await refused(["run", withModel("format.yaml", llama(pico, format)), "--db", db])).toMatch(
      /format\.yaml:6:\d+ .*<\|im_start\|>/,
    );
  });

  it("refuses a name that another content has, and says how to go on", async () => {
    const file = written("kept-otherwise.yaml", (t) => t.replace("[0, 4, 16]", "[0, 4, 17]"), "kept");
    expect(await refused(["run", file, "--db", db])).toMatch(
      /kept-otherwise\.yaml:1:7 experiment "kept" is in the database already, with another content .*--fresh/,
    );
  });

  it("refuses a database that a newer version made", async () => {
    const newer = join(folder, "newer.db");
    new Sqlite(newer).exec("PRAGMA user_version = 99; CREATE TABLE kept (x)").close();
    expect(await refused(["run", writeExperiment(folder, "kept.yaml", { name: "kept" }), "--db", newer])).toMatch(
      /newer version/,
    );
    expect(new Sqlite(newer, { readonly: true }).pragma("user_version", { simple: true })).toBe(99);
  });

  it("refuses a file that is no database", async () => {
    const text = join(folder, "text.db");
    writeFileSync(text, "not a database at all, but long enough to be looked at".repeat(20));
    expect(await refused(["run", writeExperiment(folder, "kept.yaml", { name: "kept" }), "--db", text])).toMatch(
      /not an SQLite database/,
    );
    expect(readFileSync(text, "utf8")).toContain("not a database");
  });

  it("refuses a folder that it cannot write to", async () => {
    const locked = process.getuid?.() === 0 ? "/sys/overthink" : join(folder, "locked");
    if (!locked.startsWith("/sys")) mkdirSync(locked, { mode: 0o555 });
    expect(
      await refused(["run", writeExperiment(folder, "kept.yaml", { name: "kept" }), "--db", join(locked, "x.db")]),
    ).toMatch(/read-only|cannot be opened/);
    if (!locked.startsWith("/sys")) chmodSync(locked, 0o755);
  });

  it.each([
    [["run"], /missing required argument/],
    [["rum", "x.yaml"], /unknown command 'rum'/],
    [["run", "x.yaml", "--limit", "none"], /expected a whole number/],
    [["run", "x.yaml", "--limt", "3"], /Did you mean --limit/],
    [["serve", "x.yaml", "--port", "99999"], /expected a whole number from 0 to 65535/],
    [["status", "kept-or-not", "--db", "nowhere.db"], /no database at "nowhere\.db"/],
  ])("refuses the command line %j in one line", async (args, message) => {
    const stderr = await refused(args);
    expect(stderr).toMatch(message);
    expect(stderr.split("\n")).toHaveLength(1);
  });

  it("refuses --set that leads nowhere, naming the argument", async () => {
    expect(await refused(["run", join(folder, "kept.yaml"), "--db", db, "--set", "sampling.temprature=1"])).toMatch(
      /--set sampling\.temprature=1/,
    );
  });

  it("suggests the name of an experiment", async () => {
    expect(await refused(["report", "kep", "--db", db, "--out", folder])).toMatch(/kep.*did you mean kept/);
  });

  it("refuses a curve against a cost that does not exist, or that nobody knows", async () => {
    expect(await refused(["report", "kept", "--db", db, "--x", "joules"])).toMatch(
      /--x <cost>.*'joules' is invalid.*thinking, sampled, flops, kv-cache, seconds, money/,
    );
    expect(await refused(["report", "kept", "--db", db, "--out", folder, "--x", "money"])).toMatch(
      /^error: --x money: money of .* in "kept" is not known.*price/s,
    );
  });
});

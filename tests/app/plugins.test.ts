import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { readSource } from "../../src/app/source.ts";
import { describeUserError, UserError, UserErrors } from "../../src/core/user-error.ts";
import { experimentHash } from "../../src/experiment/hash.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { openForReading } from "../../src/adapters/store/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-plugins-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A folder of its own with these files, and an experiment on the scripted engine beside them. */
function project(files: Readonly<Record<string, string>>, { method = "unforced", grader = "exact" } = {}): string {
  const own = mkdtempSync(join(folder, `${made++}-`));
  writeFileSync(
    join(own, "problems.jsonl"),
    '{"id":"a","problem":"q","answer":"1"}\n{"id":"b","problem":"r","answer":"2"}\n',
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  const file = join(own, "e.yaml");
  writeFileSync(
    file,
    `name: own
models:
  - { name: toy, engine: scripted, seeded: { end_thinking: 0.08 }, format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" } }
datasets:
  - { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: ${grader} }
methods:
  - ${method}
sampling: { temperature: 0, seed: 1, max_answer_tokens: 8 }
`,
  );
  return file;
}

async function faultsOf(file: string): Promise<readonly string[]> {
  try {
    await openExperiment(file);
    return [];
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : [error];
    return errors.map((one) =>
      one instanceof UserError ? describeUserError(one).replace(/^.*e\.yaml/, "e.yaml") : String(one),
    );
  }
}

const plain = (parts: string) =>
  `export default ({ z }) => ({ options: z.strictObject({}), async *run() {}, ${parts} });`;

describe("a module that cannot be used is refused in one line, with its place", () => {
  it.each([
    [
      "none",
      "",
      "./mine.mjs",
      /^e\.yaml:7:5 methods\[0\]: there is no "\.\/mine\.mjs" in .*, did you mean "mine\.js"\?$/,
    ],
    [
      "an exception",
      'const x = 1;\nthrow new Error("boom");',
      "./mine.js",
      /it cannot be loaded: boom \(line 2, column 7\)$/,
    ],
    [
      "a package that is missing",
      'import x from "no-such-package"; export default x;',
      "./mine.js",
      /Cannot find package 'no-such-package'.*\(install it next to the file, or take z/,
    ],
    ["no default export", "export const run = 1;", "./mine.js", /it has no default export \(docs\/extending\.md shows/],
    [
      "no schema",
      "export default { async *run() {} };",
      "./mine.js",
      /options: expected a zod 4 schema, such as z\.strictObject/,
    ],
    [
      "no run",
      "export default ({ z }) => ({ options: z.strictObject({}) });",
      "./mine.js",
      /\.\/mine\.js: run: expected a function$/,
    ],
    ["a number", "export default 5;", "./mine.js", /expected an object, or a function that returns one, got number$/],
    ["a misspelt part", plain("lable: () => 'x'"), "./mine.js", /lable: unknown key, did you mean "label"\?$/],
    [
      "a function that throws",
      'export default () => { throw new Error("inside"); };',
      "./mine.js",
      /its function failed: inside$/,
    ],
    ["a name that is taken", plain('name: "unforced"'), "./mine.js", /its name "unforced" is taken/],
    [
      "facts of another form",
      plain('facts: () => ({ role: "cutt" })'),
      "./mine.js",
      /^e\.yaml:7:5 \.\/mine\.js: facts: role: Invalid option: expected one of "natural"/,
    ],
    [
      "facts that throw",
      plain("facts: () => { throw new Error('oh'); }"),
      "./mine.js",
      /^e\.yaml:7:5 \.\/mine\.js: facts failed: oh$/,
    ],
    [
      "a label that throws",
      plain("label: () => { throw new Error('oh'); }"),
      "./mine.js",
      /^e\.yaml:7:5 .*\.\/mine\.js: label failed: oh$/,
    ],
    [
      "a check that throws",
      plain("check: async () => { throw new Error('oh'); }"),
      "./mine.js",
      /\.\/mine\.js: check failed: oh$/,
    ],
  ])("%s", async (_what, text, method, expected) => {
    const faults = await faultsOf(project({ "mine.js": text, "package.json": '{ "type": "module" }' }, { method }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(expected);
  });

  it("as a grader or a scorer too", async () => {
    expect((await faultsOf(project({}, { grader: "./none.mjs" })))[0]).toMatch(
      /^e\.yaml:5:\d+ datasets\[0\]\.grader: there is no "\.\/none\.mjs"/,
    );
    expect((await faultsOf(project({ "g.mjs": plain("") }, { grader: "./g.mjs" })))[0]).toMatch(
      /\.\/g\.mjs: grade: expected a function$/,
    );
    expect((await faultsOf(project({}, { method: "rebase: { width: 2, scorer: ./none.mjs }" })))[0]).toMatch(
      /^e\.yaml:7:\d+ methods\[0\]\.rebase\.scorer: there is no "\.\/none\.mjs"/,
    );
  });
});

const limited = `export default ({ z, forced, sampleAnswer }) => ({
  options: z.object({ limit: z.int().nonnegative(), words: z.array(z.string()).default([]) }),
  facts: ({ limit }) => ({ role: "cut", budget: limit, along: ["limit"] }),
  async *run(task, { limit }) {
    const { thinkingStart, thinkingEnd, endOfTurn } = task.delimiters;
    const go = task.chain(await task.prompt(task.problem.text));
    yield forced("delimiter", thinkingStart);
    const { tokenIds } = await go({ after: thinkingStart, maxTokens: limit, stops: [] });
    yield { kind: "thinking", origin: "sampled", stop: "length", tokenIds };
    yield forced("delimiter", thinkingEnd);
    const after = [...thinkingStart, ...tokenIds, ...thinkingEnd];
    yield* await sampleAnswer({ go, after, maxTokens: task.maxAnswerTokens, endOfTurn });
  },
});`;

const db = (file: string): string => file.replace("e.yaml", "e.db");

describe("the options of a module", () => {
  it("are checked as those of a built-in method are, with line, column and suggestion", async () => {
    const fault = async (options: string) => faultsOf(project({ "m.mjs": limited }, { method: `./m.mjs: ${options}` }));
    expect(await fault("{ limitt: 3 }")).toEqual([
      'e.yaml:7:16 methods[0][./m.mjs].limitt: unknown key, did you mean "limit"?',
    ]);
    expect(await fault("{ limit: [1, x] }")).toEqual([
      'e.yaml:7:27 methods[0][./m.mjs].limit[1]: expected a number, got "x"',
    ]);
    expect(await fault("{}")).toEqual(["e.yaml:7:14 methods[0][./m.mjs].limit: missing, expected a number"]);
  });

  it("are swept, stored and labelled like any", async () => {
    const file = project({ "m.mjs": limited }, { method: "./m.mjs: { limit: [2, 4] }" });
    const experiment = await openExperiment(file, { db: db(file) });
    const { status, points, errors } = await experiment.run();
    expect([status, errors]).toEqual(["finished", 0]);
    expect(points.map(({ method, label, role, budget, family }) => [method, label, role, budget, family])).toEqual([
      ["m", "limit 2, words []", "cut", 2, "m"],
      ["m", "limit 4, words []", "cut", 4, "m"],
    ]);
    expect(points.map((point) => point.mean_thinking_tokens)).toEqual([2, 4]);
  });
});

describe("the content of a module", () => {
  const hashOf = async (file: string) => experimentHash((await readSource(file, {})).loaded.experiment);
  const method = "./m.mjs: { limit: 2 }";

  it("is in the experiment's hash, that of what it imports too", async () => {
    const importing = `import { x } from "./part.mjs";\n${limited}`;
    const parts = { "m.mjs": importing, "part.mjs": "export const x = 1;" };
    const first = await hashOf(project(parts, { method }));
    expect(await hashOf(project(parts, { method }))).toBe(first);
    expect(await hashOf(project({ ...parts, "part.mjs": "export const x = 2;" }, { method }))).not.toBe(first);
    expect(await hashOf(project({ ...parts, "m.mjs": `${importing}//` }, { method }))).not.toBe(first);
  });

  it("may not change under an experiment that has results", async () => {
    const file = project({ "m.mjs": limited }, { method });
    await (await openExperiment(file, { db: db(file) })).run();
    writeFileSync(file.replace("e.yaml", "m.mjs"), `${limited}\n// changed`);
    await expect((await openExperiment(file, { db: db(file) })).run()).rejects.toThrow(/with another content/);
  });

  it("of a program that grades is in it too, and nothing is where no module is named", async () => {
    const program = (text: string) => project({ "grade.sh": text }, { grader: "{ command: [sh, grade.sh] }" });
    expect(await hashOf(program("a"))).toBe(await hashOf(program("a")));
    expect(await hashOf(program("a"))).not.toBe(await hashOf(program("b")));
    expect((await readSource(project({}), {})).loaded.experiment).not.toHaveProperty("modules");
  });
});

describe("a fault of a user's own code is told as its own", () => {
  const errorsOf = async (file: string) => {
    await (await openExperiment(file, { db: db(file) })).run();
    const reader = sqliteReader(openForReading(db(file)));
    const rows = [...reader.query("SELECT outcome, error, rule, grader FROM v_attempts ORDER BY problem")];
    reader.close();
    return rows;
  };
  const running = (body: string) =>
    project(
      { "m.mjs": `export default ({ z }) => ({ options: z.strictObject({}), async *run(task) { ${body} } });` },
      { method: "./m.mjs" },
    );

  it.each([
    ["an exception", "throw new Error('my bug');", "method m: my bug"],
    [
      "a piece of no known kind",
      'yield { kind: "thought", origin: "forced", stop: null, tokenIds: [1] };',
      /^method m: it yields .*kind: Invalid option/,
    ],
    [
      "a sampled piece that was never sampled",
      'yield { kind: "answer", origin: "sampled", stop: "eos", tokenIds: [1] };',
      /^method m: it yields a sampled piece that the model never wrote/,
    ],
    [
      "a request for no tokens",
      "await task.chain(await task.prompt('q'))({ after: [], maxTokens: 0, stops: [] });",
      /^method m: it asks for .*maxTokens/,
    ],
  ])("%s of a method", async (_what, body, expected) => {
    const [row] = await errorsOf(running(body));
    expect(row).toMatchObject({ outcome: "error" });
    expect(row?.["error"]).toMatch(expected);
  });

  it("and a method is never shown the target", async () => {
    const [row] = await errorsOf(running("throw new Error(JSON.stringify(task.problem));"));
    expect(row?.["error"]).toBe('method m: {"id":"a","text":"q"}');
  });

  it("an exception of a grader leaves attempts unscored, with the content's hash as its version", async () => {
    const grader = "export default ({ z }) => ({ options: z.strictObject({}), grade() { throw new Error('oh'); } });";
    const rows = await errorsOf(project({ "g.mjs": grader }, { grader: "./g.mjs" }));
    expect(rows.map(({ outcome }) => outcome)).toEqual(["unscored", "unscored"]);
    expect(rows[0]?.["grader"]).toMatch(/^g [0-9a-f]{12}$/);
  });
});

describe("a program may give its own method and grader", () => {
  it("as objects or functions, with what they leave out filled in", async () => {
    const file = project({}, { method: "mine: { limit: [2, 4] }", grader: "odd" });
    const experiment = await openExperiment(file, {
      db: db(file),
      methods: {
        mine: ({ z, forced }) => ({
          options: z.strictObject({ limit: z.int() }),
          async *run(task, { limit }: { limit: number }) {
            const { tokenIds } = await task.chain(await task.prompt("q"))({ after: [], maxTokens: limit, stops: [] });
            yield { kind: "answer", origin: "sampled", stop: "eos", tokenIds };
            yield forced("delimiter", tokenIds);
          },
        }),
      },
      graders: {
        odd: ({ z }) => ({ options: z.strictObject({}), grade: ({ response }) => response.length % 2 === 1 }),
      },
    });
    const { points } = await experiment.run();
    expect(points.map(({ method, label, unscored, errors }) => [method, label, unscored, errors])).toEqual([
      ["mine", "limit 2", 0, 0],
      ["mine", "limit 4", 0, 0],
    ]);
  });
});

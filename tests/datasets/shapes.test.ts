import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDataset, type LoadedDataset } from "../../src/adapters/dataset/load.ts";
import type { DatasetSpec } from "../../src/experiment/dataset-spec.ts";
import { refusal, testFolder } from "./folder.ts";

const shapes = join(import.meta.dirname, "../fixtures/shapes");
const folder = testFolder();

const load = (path: string, more: Partial<DatasetSpec> = {}): Promise<LoadedDataset> =>
  loadDataset({ name: "d", path, grader: { name: "math", options: {} }, ...more } as DatasetSpec, {
    folders: [shapes, folder.path],
    cacheDir: folder.path,
  });

const targets = async (path: string, more: Partial<DatasetSpec> = {}): Promise<readonly unknown[]> =>
  (await load(path, more)).problems.map(({ target }) => target);

const ids = async (path: string, more: Partial<DatasetSpec> = {}): Promise<readonly string[]> =>
  (await load(path, more)).problems.map(({ id }) => id);

const refused = (path: string, more: Partial<DatasetSpec> = {}): Promise<string> =>
  refusal(() => load(path, more), shapes);

const four = ["p1", "p2", "p3", "p4"];
const answers = ["42", "23", "9", "21"];

describe("the four problems", () => {
  const wrappings = [
    "lines-in.json",
    "list-in.jsonl",
    "packed.jsonl.gz",
    "tabs.tsv",
    "rows-api.json",
    "shards-parquet",
    "shards-jsonl",
  ];

  it.each(wrappings)("are read from %s", async (file) => {
    const { problems } = await load(file);
    expect(problems.map(({ id }) => id)).toEqual(four);
    expect(problems.map(({ target }) => target)).toEqual(answers);
    expect(problems[1]?.text).toBe("What is 19 + 4?");
  });

  it("have one content hash, whatever they are wrapped in", async () => {
    const hashes = await Promise.all(wrappings.map(async (file) => (await load(file)).hash));
    expect(new Set(hashes).size).toBe(1);
  });

  it("are read from a file packed with zstd", async () => {
    // "id,problem,answer\np2,What is 19 + 4?,23\n"
    const packed = "KLUv/SQoQQEAaWQscHJvYmxlbSxhbnN3ZXIKcDIsV2hhdCBpcyAxOSArIDQ/LDIzCrpxlBc=";
    const path = folder.write("packed.csv.zst", Buffer.from(packed, "base64"));
    expect(await targets(path)).toEqual(["23"]);
    expect(await refusal(() => load(folder.write("broken.csv.gz", "no gzip")), folder.path)).toMatch(
      /^~\/broken.csv.gz cannot be unpacked: .*\(its name says that it is packed \(.gz\)\)$/,
    );
  });
});

describe("numbers", () => {
  it("keep every digit of an integer", async () => {
    expect(await targets("big-integers.jsonl")).toEqual([
      "2361183241434822606848",
      "98765432109876543211",
      "9007199254740993",
    ]);
    expect(await ids("big-ids.jsonl")).toEqual(["9007199254740993", "9007199254740992"]);
    const path = folder.write(
      "odd.jsonl",
      '{"problem":"a 12345678901234567890 \\" 1","answer":0.1}\n{"problem":"b","answer":1e-7}\n{"problem":"c","answer":[-12345678901234567890]}',
    );
    expect(await targets(path, { answer: "list" })).toEqual(["0.1", "1e-7", "-12345678901234567890"]);
    expect((await load(path, { answer: "list" })).problems[0]?.text).toBe('a 12345678901234567890 " 1');
  });
});

describe("answers that are lists", () => {
  it("are asked about, or joined where the entry says so", async () => {
    expect(await refused("answer-list.jsonl")).toMatch(/line 1: column "answer" is a list: say answer: list/);
    expect(await targets("answer-list.jsonl", { answer: "list" })).toEqual(["42", "23", "9", "3, -3"]);
  });

  it("are unwrapped with a note where all of them are the text of one member", async () => {
    const { problems, notes } = await load("answer-text-of-list.jsonl");
    expect(problems.map(({ target }) => target)).toEqual(answers);
    expect(notes).toEqual(["4 answers are the text of a list with one member: the member is taken"]);
    expect((await targets("answer-text-of-list.jsonl", { answer: "text" }))[0]).toBe("['42']");
  });

  it("may be numbers without quotes; an interval is none", async () => {
    const numbers = folder.write("numbers.csv", "problem,answer\na,[42]\nb,[-1.5]\n");
    expect(await targets(numbers)).toEqual(["42", "-1.5"]);
    const intervals = folder.write("intervals.csv", `problem,answer\na,"[3, 4]"\nb,"[1, 2)"\n`);
    expect(await targets(intervals)).toEqual(["[3, 4]", "[1, 2)"]);
  });

  it("are refused where some show a list, or one of several", async () => {
    const mixed = folder.write("mixed.csv", "problem,answer\na,['1']\nb,2\n");
    expect(await refusal(() => load(mixed), folder.path)).toMatch(/line 2: the answer "\['1'\]" looks like a list/);
    const several = folder.write("several.csv", `problem,answer\na,"['1', '2']"\n`);
    expect(await refusal(() => load(several), folder.path)).toMatch(/looks like a list: say answer: list/);
    expect(await targets(several, { answer: "list" })).toEqual(["1, 2"]);
  });
});

describe("columns", () => {
  it("may hold a question as one message", async () => {
    expect(await refused("question-messages.jsonl", { columns: { problem: "prompt" } })).toBe(
      '~/question-messages.jsonl line 4: column "prompt" holds the messages system, user: one message of a user can be asked, no more',
    );
    const lines = readFileSync(join(shapes, "question-messages.jsonl"), "utf8").split("\n").slice(0, 3).join("\n");
    const path = folder.write("three.jsonl", lines);
    expect((await load(path, { columns: { problem: "prompt" } })).problems[1]?.text).toBe("What is 19 + 4?");
  });

  it("may hold that message as text, as CSV keeps it", async () => {
    const rows = (text: string) => `${JSON.stringify({ problem: text, answer: 4 })}\n`;
    const json = folder.write("json.jsonl", rows('[{"role": "user", "content": "2 + 2?"}]'));
    expect((await load(json)).problems[0]?.text).toBe("2 + 2?");
    const python = folder.write("python.jsonl", rows("[{'role': 'user', 'content': '2 + 2?'}]"));
    expect(await refusal(() => load(python), folder.path)).toMatch(/line 1: column "problem" is neither a text nor a/);
    const prose = folder.write("prose.jsonl", rows('[{"a": 1}] What is the role: of "content"?'));
    expect((await load(prose)).problems[0]?.text).toMatch(/^\[\{"a": 1\}\] What/);
  });

  it("are refused where an object has one twice", async () => {
    const lines = folder.write(
      "twice.jsonl",
      '{"problem": "a", "answer": 4}\n{"problem": "b", "answer": 5, "answer": 6}\n',
    );
    expect(await refusal(() => load(lines), folder.path)).toBe(
      '~/twice.jsonl:2 an object has the key "answer" twice (rename or remove one of them)',
    );
    const nested = folder.write(
      "nested.json",
      '[{"problem": "a, \\"b\\"", "answer": 4, "x": {"y": 1, "z": [{"y": 2}], "y": 3}}]',
    );
    expect(await refusal(() => load(nested), folder.path)).toMatch(/an object has the key "y" twice/);
  });

  it("may be reached along dots", async () => {
    const nested = { id: "extra_info.index", problem: "prompt", answer: "reward_model.ground_truth" };
    const { problems } = await load("nested-ground-truth.jsonl", { columns: nested });
    expect(problems.map(({ id, target }) => [id, target])).toEqual(answers.map((answer, at) => [String(at), answer]));
    expect(await refused("nested-ground-truth.jsonl")).toMatch(
      /there is no column "problem", the columns are .*reward_model\.ground_truth.*extra_info\.index/,
    );
    const columns = { id: "meta.key", problem: "question.text", answer: "solution.final", level: "meta.level" };
    expect((await load("dotted-columns.jsonl", { columns })).problems.map(({ id, tags }) => [id, tags])).toEqual(
      four.map((id, at) => [id, { level: (at % 2) + 1 }]),
    );
  });

  it("with a dot in their own name go before a path", async () => {
    const path = folder.write("own.jsonl", '{"problem":"q","a.b":"own","a":{"b":"path"}}');
    expect(await targets(path, { columns: { answer: "a.b" } })).toEqual(["own"]);
  });

  it("never lose an id", async () => {
    expect(await refused("null-id.jsonl")).toBe('~/null-id.jsonl line 2: it has no "id", others have one');
  });

  it("are refused where two have one name, and left out where they have none", async () => {
    expect(await refused("repeated-column.csv")).toBe(
      '~/repeated-column.csv:1 columns 3 and 4 are both named "answer" (rename or remove one of them)',
    );
    const { problems, notes } = await load("index-column.csv");
    expect(problems.map(({ target, tags }) => [target, tags])).toEqual([
      ["23", {}],
      ["9", {}],
    ]);
    expect(notes).toEqual(["a column without a name is left out"]);
    expect(await ids("index-column.csv", { columns: { id: "" } })).toEqual(["0", "1"]);
    expect((await load("trailing-comma.csv")).problems.map(({ id, tags }) => [id, tags])).toEqual([
      ["p2", {}],
      ["p3", {}],
    ]);
  });

  it("may be separated by semicolons", async () => {
    const { problems, notes } = await load("semicolons.csv");
    expect(problems.map(({ id, text, target }) => [id, text, target]).at(-1)).toEqual([
      "p5",
      "What is 1,5 + 1; give one decimal",
      "2,5",
    ]);
    expect(notes).toEqual(["its cells are separated by semicolons"]);
  });

  it("of choices may be named by the entry", async () => {
    const path = folder.write("choices.csv", "problem,right,wrong1,wrong2\n2+2?,4,5,6\n");
    const [problem] = (await load(path, { choices: { correct: "right", incorrect: ["wrong1", "wrong2"] } })).problems;
    expect(problem?.text).toMatch(/^2\+2\?\n\nA\) \d\nB\) \d\nC\) \d$/);
  });
});

describe("a page of the Hub", () => {
  const page = JSON.parse(readFileSync(join(shapes, "rows-api.json"), "utf8")) as Record<string, unknown>;

  it("is refused where it is one of many, or a cell was cut", async () => {
    const many = folder.write("many.json", JSON.stringify({ ...page, num_rows_total: 5 }));
    expect(await refusal(() => load(many), folder.path)).toMatch(
      /^~\/many.json it holds 4 of 5 rows: one page of many/,
    );
    const [first] = page["rows"] as object[];
    const cut = folder.write(
      "cut.json",
      JSON.stringify({ ...page, rows: [{ ...first, truncated_cells: ["problem"] }], num_rows_total: 1 }),
    );
    expect(await refusal(() => load(cut), folder.path)).toMatch(/entry 1: the Hub cut problem short/);
  });
});

describe("a folder of shards", () => {
  it("is refused with a gap, with several formats, and without data", async () => {
    const gap = join(folder.path, "gap");
    cpSync(join(shapes, "shards-parquet"), gap, { recursive: true });
    const [first = ""] = readdirSync(gap).sort();
    writeFileSync(join(gap, first.replace("-00000-of-00002", "-00002-of-00003")), "");
    expect(await refusal(() => load(gap), folder.path)).toMatch(/do not agree how many they are/);
    const missing = folder.write("missing/a-00001-of-00002.jsonl", '{"problem":"a","answer":"1"}');
    expect(await refusal(() => load(join(missing, "..")), folder.path)).toMatch(/shard 0 of 2 of "a" is missing/);
    folder.write("mixed-formats/a.jsonl", "{}");
    folder.write("mixed-formats/b.csv", "a");
    expect(await refusal(() => load(join(folder.path, "mixed-formats")), folder.path)).toMatch(
      /several formats: .jsonl, .csv/,
    );
    mkdirSync(join(folder.path, "empty"));
    expect(await refusal(() => load(join(folder.path, "empty")), folder.path)).toMatch(/holds no data files/);
  });

  it("has ids that are unique across shards", async () => {
    folder.write("same/a.jsonl", '{"id":"x","problem":"a","answer":"1"}');
    folder.write("same/b.jsonl", '{"id":"x","problem":"b","answer":"2"}');
    expect(await refusal(() => load(join(folder.path, "same")), folder.path)).toMatch(
      /b.jsonl, line 1: the id "x" is taken by a.jsonl, line 1/,
    );
  });
});

describe("odd questions", () => {
  it("are noted: asked twice, or with the answer in them", async () => {
    const path = folder.write("odd.csv", "id,problem,answer\na,Is it 123?,123\nb,What?,4\nc,What?,5\n");
    expect((await load(path)).notes).toEqual([
      "1 questions are asked before (c)",
      "1 answers stand in their questions (a)",
    ]);
  });
});

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { armsOf, pairsOf } from "../../src/report/comparison/arms.ts";
import { comparePair, type Match } from "../../src/report/comparison/compared.ts";
import { differences } from "../../src/report/comparison/differences.ts";
import { comparisonFindings, headline } from "../../src/report/comparison/words.ts";
import { pairedSql } from "../../src/report/paired-sql.ts";
import { gather } from "../../src/report/gather.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { setPrompts } from "../fixtures/set-prompts.ts";
import { studies, type Study } from "./fixture.ts";

const few = [
  { max: 4, ignore: 0 },
  { max: null, ignore: 0 },
  { max: null, ignore: 1 },
];

function compared(a: Study, b: Study, change: (db: ReturnType<typeof studies>["db"]) => void = () => undefined) {
  const { db } = studies(
    { name: "a", perLevel: 10, settings: few, ...a },
    { name: "b", perLevel: 10, settings: few, ...b },
  );
  change(db);
  const reader = sqliteReader(db);
  const experiments = reader.experiments().map((row) => gather(reader, row));
  const pairs = pairsOf(armsOf(experiments)).map((pair) => comparePair(reader, pair));
  const words = comparisonFindings(pairs).map((sentence) =>
    sentence.map((piece) => (typeof piece === "string" ? piece : Object.values(piece)[0])).join(""),
  );
  return { experiments, pairs, words, reader };
}

describe("two experiments", () => {
  test("are compared at the settings that both have, paired by problem", () => {
    const { pairs, words } = compared({ model: "strong", skill: 0.3 }, { model: "weak", skill: -0.3 });
    expect(pairs).toHaveLength(1);
    expect(pairs[0]?.matches.map((m) => m.second.row.label)).toEqual(["<=4", "natural", "Wait x1"]);
    expect(pairs[0]?.matches.every((m) => m.comparison.problems === 50)).toBe(true);
    expect(pairs[0]?.fitness.reasons).toEqual([]);
    expect(words[0]).toMatch(/^weak is behind strong at the natural end by \d+\.\d points \[/);
  });

  test("that are the same are not distinguishable", () => {
    const { words, experiments } = compared({}, {});
    expect(words[0]).toMatch(/not distinguishable from a at the natural end: 0\.0 points/);
    expect(differences(experiments)).toMatchObject({ asked: { rows: [] }, recorded: { rows: [] } });
  });

  test("whose curves differ nowhere are said so once for all pairs of curves, behind those that do", () => {
    const same = compared({}, {}).pairs;
    const apart = compared({ model: "strong", skill: 0.3 }, { model: "weak", skill: -0.3 }).pairs;
    const said = comparisonFindings([...same, ...same, ...apart]);
    expect(said).toHaveLength(2);
    expect(JSON.stringify(said[0])).toContain("weak is behind strong");
    expect(said[1]).toEqual([
      { strong: "a and b are not distinguishable" },
      expect.stringMatching(
        /^ at any of the 6 settings that their 2 pairs of curves share; the largest difference is 0\.0 points \[.*\] at .* \(p = 1\.00+\)\.$/,
      ),
    ]);
  });

  test("with other prompts are not concluded from", () => {
    const { words, pairs } = compared({ skill: 0.3 }, { skill: -0.3 }, (db) =>
      setPrompts(db, "prompt || ' Think hard.'", "experiment = 2"),
    );
    expect(words[0]).toBe(
      "No difference between a and b can be called real: the prompts of 50 of 50 common problems differ. The numbers are shown, but nothing is concluded from them.",
    );
    expect(pairs[0]?.matches.length).toBe(3);
  });

  test("of two models are compared across their chat formats, but not across other questions", () => {
    const otherFormat = "'[INST]' || (SELECT text FROM problems p WHERE p.id = a.problem) || '[/INST]'";
    const apart = (db: ReturnType<typeof studies>["db"]) => setPrompts(db, otherFormat, "experiment = 2");
    const shorter = (db: ReturnType<typeof studies>["db"]) => setPrompts(db, "'[INST]Guess.[/INST]'", "experiment = 2");
    const refused = /called real: the prompts of 50 of 50 common problems differ/;
    expect(compared({ model: "strong", skill: 0.3 }, { model: "weak", skill: -0.3 }, apart).words[0]).toMatch(
      /^weak is behind strong/,
    );
    expect(compared({ model: "strong" }, { model: "weak" }, shorter).words[0]).toMatch(refused);
    expect(compared({ model: "one" }, { model: "one" }, apart).words[0]).toMatch(refused);
    const noRecord = (db: ReturnType<typeof studies>["db"]) => (
      apart(db),
      db.exec("UPDATE runs SET record = json_set(record, '$.models[0].identity', json('{}'))")
    );
    expect(compared({ model: "one" }, { model: "two" }, noRecord).words[0]).toMatch(refused);
  });

  test("without a common setting are said to be apart once, and never first", () => {
    const cuts = [
      { max: 4, ignore: 0 },
      { max: 8, ignore: 0 },
    ];
    const { words } = compared(
      { settings: cuts },
      {
        settings: [
          { max: null, ignore: 0 },
          { max: null, ignore: 1 },
        ],
      },
    );
    expect(words).toEqual(["a and b have no setting in common, so nothing is tested between them."]);
    const { pairs } = compared({ settings: cuts }, {});
    const apart = pairs.map((c) => ({ ...c, matches: [] }));
    const several = comparisonFindings([...apart, ...apart, ...pairs]).map((words) => words.length);
    expect(several).toHaveLength(2);
    expect(several[0]).toBeGreaterThan(1);
    expect(comparisonFindings([...apart, ...pairs])[1]?.[0]).toMatch(/^a and b have no setting in common/);
  });

  test("with other graders are not concluded from", () => {
    const { words } = compared({}, {}, (db) => db.exec("UPDATE attempts SET grader = 'math 2' WHERE experiment = 2"));
    expect(words[0]).toContain("the graders differ (exact 1 against math 2)");
  });

  test("on other problems are not concluded from", () => {
    const { words, pairs } = compared({}, { dataset: "other" }, (db) =>
      db.exec("UPDATE problems SET problem = 'x' || problem, text = 'what?' WHERE dataset_hash = 'other-hash'"),
    );
    expect(words[0]).toContain("the data sets share no problem (50 and 50 problems)");
    expect(pairs[0]?.matches).toEqual([]);
  });

  test("on problems of the same names with other answers are not concluded from", () => {
    const { words } = compared({}, { dataset: "other" }, (db) =>
      db.exec("UPDATE problems SET target = target || '0' WHERE dataset_hash = 'other-hash'"),
    );
    expect(words[0]).toContain("50 of the same name have another answer");
  });

  test("of which one has more problems are paired over the common ones", () => {
    const { pairs, words } = compared({}, { perLevel: 6 });
    expect(pairs[0]?.fitness).toMatchObject({ onlyFirst: 20, onlySecond: 0, changed: "", reasons: [] });
    expect(pairs[0]?.fitness.common.size).toBe(30);
    expect(words[0]).toContain("at the natural end (over the 30 problems that both have; 20 and 0 are in only one): ");
    expect(pairs[0]?.matches[0]?.comparison.problems).toBe(30);
  });

  test("are told apart by everything that differs", () => {
    const { experiments } = compared({ model: "m1" }, { model: "m2", epochs: 2 });
    const { asked, recorded } = differences(experiments);
    const paths = [...asked.rows, ...recorded.rows].map((row) => row[0]);
    expect(paths).toEqual(expect.arrayContaining(["models.0.name", "sampling.epochs", "run.models.0.name"]));
  });
});

test("continuation strings of one experiment are compared with the first of them", () => {
  const settings = [
    { max: null, ignore: 0 },
    { max: null, ignore: 1 },
    { max: null, ignore: 1, continuation: "Hmm" },
    { max: null, ignore: 1, continuation: null },
  ];
  const { reader } = studies({ perLevel: 4, settings });
  const pairs = pairsOf(armsOf(reader.experiments().map((row) => gather(reader, row))));
  expect(pairs.map((p) => [p.first.name, p.second.name])).toEqual([
    ["Wait", "Hmm"],
    ["Wait", "no string"],
  ]);
  expect(comparePair(reader, pairs[0]!).matches.map((m) => [m.first.row.label, m.second.row.label])).toEqual([
    ["Wait x1", "Hmm x1"],
  ]);
});

test("a comparison report holds what differs, both curves and both records", async () => {
  const { reader } = studies({ name: "a", perLevel: 4 }, { name: "b", model: "other", perLevel: 4 });
  const outDir = mkdtempSync(join(tmpdir(), "report-"));
  await writeReport({ reader, experiments: ["a", "b"], outDir });
  const markdown = readFileSync(join(outDir, "report.md"), "utf8");
  const headings = [...markdown.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
  expect(headings).toEqual([
    "Curve against curve",
    "What differs",
    "One long thought or many short ones",
    "Accuracy and the whole bill",
    "a",
    "b",
  ]);
  expect(markdown.match(/^### Do it again$/gm)).toHaveLength(2);
  const csv = readFileSync(join(outDir, "data/curve.csv"), "utf8");
  expect(
    new Set(
      csv
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[2]),
    ),
  ).toEqual(new Set(["pico", "other"]));
});

describe("what is refused is refused setting by setting and problem by problem", () => {
  const promptAt = (label: string) => (db: ReturnType<typeof studies>["db"]) =>
    setPrompts(db, "prompt || '!'", `experiment = 2 AND point IN (SELECT id FROM points WHERE label = '${label}')`);

  test("another prompt at one setting leaves the others comparable", () => {
    const { pairs, words } = compared({ skill: 0.3 }, { skill: -0.3 }, promptAt("<=4"));
    expect(pairs[0]?.matches.map((m) => [m.second.row.label, m.fitness.reasons.length, m.adjusted === null])).toEqual([
      ["<=4", 1, true],
      ["natural", 0, false],
      ["Wait x1", 0, false],
    ]);
    expect(words[0]).toMatch(
      /^b is behind a at the natural end .* At 1 of the 3 common settings no difference can be called real \(≤4\): the prompts of 50 of 50 common problems differ\.$/,
    );
    expect(pairs[0]?.fitness.reasons).toEqual(["the prompts of 50 of 50 common problems differ"]);
  });

  test("Holm's adjustment is over the settings that can be compared alone", () => {
    const [whole, part] = [
      compared({ skill: 0.1 }, { skill: -0.1 }),
      compared({ skill: 0.1 }, { skill: -0.1 }, promptAt("natural")),
    ].map(({ pairs }) => pairs[0]!.matches);
    expect(part?.map((m) => m.comparison.p)).toEqual(whole?.map((m) => m.comparison.p));
    expect(part?.[2]?.adjusted).toBeLessThanOrEqual(whole?.[2]?.adjusted ?? 0);
    expect(part?.[1]?.adjusted).toBeNull();
  });

  test("problems of one name with other questions or answers are left out, and it is said", () => {
    const change = (column: string) => (db: ReturnType<typeof studies>["db"]) =>
      db.exec(
        `UPDATE problems SET ${column} = ${column} || '0' WHERE dataset_hash = 'other-hash' AND problem LIKE 'n2-%'`,
      );
    for (const [column, what] of [
      ["target", "answer"],
      ["text", "question"],
    ] as const) {
      const { pairs, words } = compared({}, { dataset: "other" }, change(column));
      expect(pairs[0]?.matches[0]?.comparison.problems).toBe(40);
      expect(pairs[0]?.fitness.common.has("n2-0")).toBe(false);
      expect(words[0]).toContain(
        `(over the 40 problems that both have; 10 of the same name have another ${what} and are left out)`,
      );
    }
  });

  test("the two numbers printed and the query beside them are of the common problems", async () => {
    const { db, reader } = studies(
      { name: "a", perLevel: 8, settings: few },
      { name: "b", perLevel: 8, settings: few, skill: -0.4, dataset: "other" },
    );
    db.exec("UPDATE problems SET text = text || '?' WHERE dataset_hash = 'other-hash' AND problem LIKE 'n3-%'");
    const outDir = mkdtempSync(join(tmpdir(), "report-"));
    await writeReport({ reader, experiments: ["a", "b"], outDir });
    const sql =
      /SELECT sum\(b\.share[\s\S]*?target\)\n/.exec(readFileSync(join(outDir, "report.md"), "utf8"))?.[0] ?? "";
    const [found] = [...reader.query(sql)];
    const [, row] = readFileSync(join(outDir, "data/settings-arithmetic-vs-other.csv"), "utf8").split("\r\n");
    const [, , , problems, , , won, lost] = (row ?? "").split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(Number);
    expect(found).toEqual({ won, lost, problems });
    expect(problems).toBe(32);
  });

  test("the query counts problems where one side has several epochs, as the table does", () => {
    const { pairs, reader } = compared({ epochs: 1 }, { epochs: 3, skill: -0.4 });
    for (const { first, second, won, lost, comparison } of pairs[0]?.matches ?? []) {
      const { sql, parameters } = pairedSql(first.row.id, second.row.id);
      expect([...reader.query(sql, ...parameters)]).toEqual([{ won, lost, problems: comparison.problems }]);
    }
    expect(pairs[0]?.matches.some(({ won, lost }) => won + lost > 0)).toBe(true);
  });
});

describe("what differs", () => {
  const resolvedTo = (path: string, json: string) => (db: ReturnType<typeof studies>["db"]) =>
    db.exec(`UPDATE experiments SET resolved = json_set(resolved, '${path}', json('${json}')) WHERE id = 2`);
  const recordedTo = (path: string, json: string) => (db: ReturnType<typeof studies>["db"]) =>
    db.exec(`UPDATE runs SET record = json_set(record, '${path}', json('${json}')) WHERE experiment = 2`);

  test.each([
    ["the seed", resolvedTo("$.sampling.seed", "2"), "sampling.seed", /random numbers/],
    ["the temperature", resolvedTo("$.sampling.temperature", "0.7"), "sampling.temperature", /sampled differently/],
    [
      "the room for answers",
      resolvedTo("$.sampling.max_answer_tokens", "4"),
      "sampling.max_answer_tokens",
      /most tokens of an answer/,
    ],
    ["sharing", resolvedTo("$.sampling.share", "false"), "sampling.share", /share their chains/],
    [
      "the format",
      resolvedTo("$.models[0].format", '{"prompt": "<s>{problem}", "thinking_end": "</think>"}'),
      "models.0.format",
      /other prompts/,
    ],
    ["the engine", resolvedTo("$.models[0].engine", '"llama"'), "models.0.engine", /another engine/],
    ["the grader", resolvedTo("$.datasets[0].grader", '"math"'), "datasets.0.grader", /another grader/],
    ["the limit", resolvedTo("$.datasets[0].limit", "10"), "datasets.0.limit", /only the common ones/],
    [
      "the model's file",
      recordedTo("$.models[0].facts.sha256", '"cd"'),
      "run.models.0.facts.sha256",
      /another model file/,
    ],
    [
      "the data",
      recordedTo("$.datasets[0].hash", '"other"'),
      "run.datasets.0.hash",
      /question and answer are the same/,
    ],
    ["the version", recordedTo("$.overthink", '"0.2.0"'), "run.overthink", /recorded by the run/],
  ])("is %s alone, with what it means", (_, change, path, meaning) => {
    const { experiments } = compared({ perLevel: 2 }, { perLevel: 2 }, change);
    const { asked, recorded } = differences(experiments);
    const [rows, columns] = [[...asked.rows, ...recorded.rows], asked.columns];
    expect(rows.map((row) => row[0])).toEqual([path]);
    expect(columns).toEqual(["where", "what it means", "a", "b"]);
    expect(rows[0]?.[1]).toMatch(meaning);
  });
});

describe("several experiments", () => {
  const paired = (...list: readonly Study[]) => {
    const { reader } = studies(...list.map((study) => ({ perLevel: 3, settings: few, ...study })));
    return pairsOf(armsOf(reader.experiments().map((row) => gather(reader, row)))).map(({ first, second }) => [
      first.data.row.name,
      second.data.row.name,
    ]);
  };

  test("stand each against the first that ran their data set", () => {
    expect(paired({ name: "a" }, { name: "b", model: "m2" }, { name: "c", model: "m3" })).toEqual([
      ["a", "b"],
      ["a", "c"],
    ]);
    expect(paired({ name: "a" }, { name: "b", dataset: "d2" }, { name: "c", dataset: "d2", model: "m3" })).toEqual([
      ["b", "c"],
    ]);
  });

  test("that are refused for one reason are refused once", () => {
    const settings = [
      { max: null, ignore: 0 },
      { max: null, ignore: 1 },
      { max: null, ignore: 1, continuation: "Hmm" },
    ];
    const { words } = compared({ settings, perLevel: 3 }, { settings, perLevel: 3 }, (db) =>
      db.exec("UPDATE attempts SET grader = 'math 2' WHERE experiment = 2"),
    );
    expect(words).toEqual([
      "No difference between a and b can be called real: the graders differ (exact 1 against math 2). The numbers are shown, but nothing is concluded from them.",
    ]);
  });

  test("are told apart where their chains differ, not at an end that both share", () => {
    const match = (label: string, natural: boolean, difference: number, lost: number) =>
      ({ first: { natural, row: { label } }, comparison: { difference }, won: 0, lost }) as unknown as Match;
    const [natural, same, apart] = [
      match("natural", true, 0, 0),
      match("x1", false, 0, 0),
      match("x2", false, -0.2, 9),
    ];
    expect(headline([natural, same, apart])).toBe(apart);
    expect(headline([natural, same])).toBe(natural);
    expect(headline([match("natural", true, 0.1, 3), apart])?.first.natural).toBe(true);
    expect(headline([])).toBeUndefined();
  });
});

import { expect, it } from "vitest";
import { costSql } from "../../../src/report/cost.ts";
import { sqliteReader } from "../../../src/adapters/store/sqlite-reader.ts";
import { sqliteResults } from "../../../src/adapters/store/sqlite-results.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { statedFacts } from "../../fixtures/facts.ts";

const db = openDatabase(":memory:");

/** Two problems and two epochs at one point, of which one attempt failed and one has no known tokens. */
function fill(name: string): void {
  const results = sqliteResults(db);
  const point = {
    key: "k",
    model: "m",
    dataset: "d",
    method: "unforced",
    params: {},
    label: "l",
    facts: statedFacts("unforced", {}),
    position: 0,
  };
  const { experiment } = results.declare({
    name,
    hash: "h",
    text: "t",
    resolved: {},
    points: [point, { ...point, key: "empty", position: 1 }],
  });
  results.addProblems(
    "hash",
    ["q", "p"].map((id) => ({ id, text: id, target: "1", tags: { level: 3 } })),
  );
  const row =
    db.prepare(`INSERT INTO attempts (experiment, point, problem, epoch, outcome, grader, thinking_tokens, counts, ignored_ends, forced_end, finished_at)
    SELECT ?, p.id, q.id, ?, ?, 'exact', ?, 'ids', 0, 0, '' FROM points p, problems q WHERE p.experiment = ? AND p.key = 'k' AND q.problem = ?`);
  for (const [problem, epoch, outcome, tokens] of [
    ["q", 1, "correct", 5],
    ["q", 0, "cut", 7],
    ["p", 0, "error", 9],
    ["p", 1, "unscored", null],
  ] as const)
    row.run(experiment, epoch, outcome, tokens, experiment, problem);
}
fill("one");
fill("other");

it("folds the attempts of each problem, failures apart, and knows points without any", () => {
  const reader = sqliteReader(db);
  expect(reader.problems("one")).toEqual([
    { id: 2, problem: "p", level: 3, tags: expect.any(String) as string },
    { id: 1, problem: "q", level: 3, tags: '{"level":3}' },
  ]);
  const [cells, empty] = [...reader.cells("one")];
  expect(cells).toEqual({
    point: 1,
    dataset: "d",
    problem: [1, 2],
    outcome: ["cut", "error"],
    correct: [1, 0],
    counted: [2, 0],
    attempts: [2, 1],
    tokens: [12, 0],
    measured: [2, 0],
  });
  expect(empty).toMatchObject({ point: 2, problem: [], outcome: [] });
  expect([...reader.cells("none")]).toEqual([]);
});

it.each([
  "SELECT * FROM v_points WHERE experiment = 'one'",
  "SELECT naive_tokens, thinking_tokens FROM v_usage",
  costSql().replace("?", "'one'"),
])("answers %s without a look at attempts", (source) => {
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${source}`).all();
  expect(plan.map(({ detail }) => detail).join("; ")).toMatch(/SEARCH s USING INTEGER PRIMARY KEY/);
  expect(plan.filter(({ detail }) => / a /.test(detail))).toEqual([]);
});

it("sums up what was decoded without a look at the ids", () => {
  const plan = db.prepare<[], { detail: string }>("EXPLAIN QUERY PLAN SELECT * FROM v_usage").all();
  expect(plan.map(({ detail }) => detail)).toContain("SEARCH n USING COVERING INDEX nodes_paid_by (paid_by=?)");
});

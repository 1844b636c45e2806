import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { registry } from "../../../src/app/registry.ts";
import { migrations } from "../../../src/adapters/store/migrations.ts";
import { factColumns } from "../../fixtures/facts.ts";

const settings: readonly (readonly [string, object])[] = [
  ["budget-forcing", {}],
  ["budget-forcing", { max_thinking_tokens: 0 }],
  ["budget-forcing", { ignore_ends: 2, continuation: "Hmm" }],
  ["budget-forcing", { ignore_ends: 2, continuation: null }],
  ["budget-forcing", { ignore_ends: 2, max_thinking_tokens: 64 }],
  ["budget-forcing", { min_thinking_tokens: 32 }],
  ["budget-forcing", { variant: "s1-fork", max_thinking_tokens: "auto" }],
  ["budget-forcing", { variant: "s1-fork", max_thinking_tokens: 500 }],
  ["budget-forcing", { variant: "s1-fork", max_thinking_tokens: "auto", ignore_ends: 4, continuation: "" }],
  ["budget-forcing", { variant: "s1-fork", min_thinking_tokens: 9 }],
  ["budget-forcing", { variant: "s1-readme" }],
  ["budget-forcing", { variant: "s1-readme", ignore_ends: 0 }],
  ["conditional", { by: "tokens", amount: 100 }],
  ["conditional", { by: "tokens", amount: 100, forced: true }],
  ["conditional", { by: "steps", amount: 8 }],
  ["conditional", { by: "steps", amount: 8, forced: true, step_mark: " left" }],
  ["conditional", { by: "class", class: "short" }],
  ["conditional", { by: "class", class: "long" }],
  ["conditional", { by: "class", class: "calm", prompts: { calm: "Calmly." } }],
  ["rejection-sampling", { max_thinking_tokens: 4000 }],
  ["unforced", { max_tokens: 12 }],
  ["native-effort", { effort: "low" }],
  ["native-effort", { thinking_budget: 1024 }],
  ["rebase", { width: 4, scorer: "scripted:uniform" }],
  ["rebase", { width: 4, scorer: { url: "http://127.0.0.1:9000/score" } }],
];

describe("a database from before methods stated facts", () => {
  const version = 4;
  const db = new Sqlite(":memory:");
  for (const migration of migrations.slice(0, version)) migration(db);
  db.exec("INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('old', 'h', '', '{}', '')");
  const insert = db.prepare(
    "INSERT INTO points (experiment, key, position, model, dataset, method, params, label) VALUES (1, ?, ?, 'm', 'd', ?, ?, '')",
  );
  const written = settings.map(([name, options], at) => {
    const params = registry.methods[name]?.options.parse(options) as object;
    insert.run(`${at}`, at, name, JSON.stringify(params));
    return { name, params };
  });
  for (const migration of migrations.slice(version)) migration(db);
  const rows = db
    .prepare(
      "SELECT role, budget, minimum, ignored_ends, continuation, family, along, asked FROM v_points ORDER BY position",
    )
    .all();

  it.each(written.map(({ name, params }, at) => [name, JSON.stringify(params), at] as const))(
    "is given what %s states of %s",
    (name, params, at) => expect(rows[at]).toEqual(factColumns(name, JSON.parse(params) as object)),
  );

  it("names the role of an attempt's setting too", () =>
    expect(db.prepare("SELECT name FROM pragma_table_info('v_attempts')").pluck().all()).toContain("role"));
});

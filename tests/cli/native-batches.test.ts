import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { batching, type Batching, type Desk, entryOf, newDesk, startBatching } from "../doubles/services/batches.ts";
import type { RawService } from "../doubles/services/raw.ts";
import { ended, overthink, scratch, start } from "./overthink.ts";

const folder = scratch();
process.env["CLOSED_API_KEY"] = "key-1";
const open: RawService[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

let files = 0;

type Written = Readonly<{ problems?: number; rest?: string }>;

/** Six problems at two efforts: twelve questions, of which two are asked before the run. */
const write = async (service: Batching, desk: Desk, { problems = 6, rest = "" }: Written = {}) => {
  const server = await startBatching(service, desk);
  open.push(server);
  const name = `batch-${files++}`;
  const rows = Array.from({ length: problems }, (_, at) =>
    JSON.stringify({ id: `p${at}`, problem: `What is ${at} + ${at}?`, answer: String(at + at) }),
  );
  writeFileSync(join(folder, `${name}.jsonl`), `${rows.join("\n")}\n`);
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
models:
  - ${entryOf(service, server.url)}
datasets:
  - { name: sums, path: ${name}.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: math }
methods:
  - native-effort: { effort: [low, high] }
${rest}`,
  );
  return { path, db: join(folder, `${name}.db`), name };
};

const rows = (db: string, sql: string): readonly Record<string, unknown>[] => {
  const opened = new Sqlite(db, { readonly: true });
  try {
    return opened.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    opened.close();
  }
};

const asked = (desk: Desk): readonly string[] =>
  desk.batches.flatMap(({ lines }) => lines.map(({ body }) => JSON.stringify(body)));

const outcomes = "SELECT outcome, thinking_tokens, count(*) AS n FROM v_attempts GROUP BY 1, 2 ORDER BY 2";
const allCorrect = [
  { outcome: "correct", thinking_tokens: 4, n: 6 },
  { outcome: "correct", thinking_tokens: 16, n: 6 },
];

const run = async ({ path, db }: { path: string; db: string }, notes: string[] = []) =>
  (await openExperiment(path, { db })).run({
    onEvent: (event) => void (event.type === "note" && notes.push(event.text)),
  });

it("are refused with a queue, in one line and before any is handed in", async () => {
  const desk = newDesk();
  const [service] = batching;
  if (!service) throw new Error("no service takes batches");
  const { path, db } = await write(service, desk);
  const { code, stderr } = await overthink(["run", path, "--db", db, "--queue", "redis://127.0.0.1:1"], folder);
  expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
    2,
    "error: models with batch: true cannot be run with --queue (leave out one of them; run --shard divides their " +
      "questions among processes)",
  ]);
  expect(desk.batches).toEqual([]);
});

describe.each(batching)("batches of %s", (service) => {
  it("answer all questions at half the price, and say so", async () => {
    const desk = newDesk();
    const file = await write(service, desk);
    const notes: string[] = [];
    expect(await run(file, notes)).toMatchObject({ status: "finished", errors: 0 });
    expect(rows(file.db, outcomes)).toEqual(allCorrect);
    expect(desk.batches.map(({ lines }) => lines.length)).toEqual([10]);
    expect(new Set(asked(desk)).size).toBe(10);
    expect(notes).toContainEqual(expect.stringMatching(/closed: 10 questions handed in as batch overthink-/));
    const [price] = rows(
      file.db,
      "SELECT count(*) FILTER (WHERE batched) AS batched, sum(cost) FILTER (WHERE batched) AS cost, sum(output_tokens) FILTER (WHERE batched) AS output FROM v_responses",
    );
    expect(price).toMatchObject({ batched: 10, output: 5 * 8 + 5 * 20 });
    expect(price?.["cost"]).toBeGreaterThan(0);
    if (service === "openai") {
      // 4 of 7 prompt tokens at 2.50, 3 of them at 0.25, 140 tokens at 15, and half of it.
      expect(price?.["cost"]).toBeCloseTo((10 * (4 * 2.5 + 3 * 0.25) + 140 * 15) / 2e6, 12);
      expect(rows(file.db, "SELECT count(seconds) AS timed FROM v_attempts")).toEqual([{ timed: 2 }]);
    }
  });

  if (service === "openai chat") return; // the same routes as those of Responses

  it("that were handed in as a process was killed are found, and nothing is asked twice", async () => {
    const desk = newDesk({ hold: new Set(["created"]) });
    const file = await write(service, desk);
    const held = new Promise<void>((resolve) => (desk.onHeld = resolve));
    const child = start(["run", file.path, "--db", file.db], folder);
    const gone = ended(child);
    await held;
    child.kill("SIGKILL");
    await gone;
    expect(rows(file.db, "SELECT remote FROM batches")).toEqual([{ remote: null }]);
    const notes: string[] = [];
    expect(await run(file, notes)).toMatchObject({ status: "finished", errors: 0 });
    expect(notes[0]).toMatch(/^looking for batch overthink-/);
    expect(desk.batches).toHaveLength(1);
    expect(rows(file.db, outcomes)).toEqual(allCorrect);
  });
});

describe("a batch", () => {
  it.each(["upload", "create"] as const)("that never got there (%s) is handed in by the next run", async (step) => {
    const desk = newDesk({ hold: new Set([step]) });
    const file = await write("openai", desk);
    const held = new Promise<void>((resolve) => (desk.onHeld = resolve));
    const child = start(["run", file.path, "--db", file.db], folder);
    const gone = ended(child);
    await held;
    child.kill("SIGKILL");
    await gone;
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(desk.batches).toHaveLength(1);
    expect(rows(file.db, outcomes)).toEqual(allCorrect);
  });

  it("whose answers were being fetched as the process was killed is fetched again", async () => {
    const desk = newDesk({ hold: new Set(["results"]) });
    const file = await write("openai", desk);
    const held = new Promise<void>((resolve) => (desk.onHeld = resolve));
    const child = start(["run", file.path, "--db", file.db], folder);
    const gone = ended(child);
    await held;
    child.kill("SIGKILL");
    await gone;
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(desk.batches).toHaveLength(1);
    expect(rows(file.db, outcomes)).toEqual(allCorrect);
    expect(rows(file.db, "SELECT requests FROM v_usage")).toEqual([{ requests: 12 }]);
  });

  it("of which half was stored as the process died is stored once", async () => {
    const desk = newDesk();
    const file = await write("openai", desk);
    await run(file);
    const db = new Sqlite(file.db);
    // As a process leaves it that dies between two lines, or between a line and its mark.
    db.exec(`UPDATE batches SET ended_at = NULL; UPDATE batch_lines SET state = 'open';
      DELETE FROM attempts WHERE response IN (SELECT id FROM responses WHERE problem IN ('p3', 'p4'));
      DELETE FROM responses WHERE problem = 'p3'; DELETE FROM requests WHERE id NOT IN (SELECT request FROM responses WHERE request IS NOT NULL)`);
    db.close();
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(desk.batches).toHaveLength(1);
    expect(rows(file.db, outcomes)).toEqual(allCorrect);
    expect(rows(file.db, "SELECT requests FROM v_usage")).toEqual([{ requests: 12 }]);
  });

  it.each(["openai", "anthropic", "gemini"] as const)(
    "of %s that expired half done gives what it has, and the rest is asked again",
    async (service) => {
      const desk = newDesk();
      desk.fate = ({ body }, at) => (at === 0 && /[135] \+/.test(JSON.stringify(body)) ? "expired" : "ok");
      const file = await write(service, desk);
      expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
      expect(desk.batches.map(({ lines }) => lines.length)).toEqual([10, 6]);
      expect(rows(file.db, outcomes)).toEqual(allCorrect);
      expect(rows(file.db, "SELECT lines, answered, again FROM v_batches")).toEqual([
        { lines: 10, answered: 4, again: 6 },
        { lines: 6, answered: 6, again: 0 },
      ]);
    },
  );

  it.each(["openai", "anthropic", "gemini"] as const)(
    "of %s: a line that fails is asked again, not for ever",
    async (service) => {
      const desk = newDesk();
      desk.fate = ({ body }) => (JSON.stringify(body).includes("5 + 5") ? "error" : "ok");
      const file = await write(service, desk);
      expect(await run(file)).toMatchObject({ status: "finished", errors: 2 });
      expect(desk.batches.map(({ lines }) => lines.length)).toEqual([10, 2, 2]);
      expect(rows(file.db, "SELECT DISTINCT error FROM v_attempts WHERE outcome = 'error'")).toEqual([
        { error: "came back from 3 batches without an answer" },
      ]);
    },
  );

  it.each(["openai", "anthropic", "gemini"] as const)(
    "of %s: a line that is refused is an error at once",
    async (service) => {
      const desk = newDesk();
      desk.fate = ({ body }) => (JSON.stringify(body).includes("5 + 5") ? "refused" : "ok");
      const file = await write(service, desk);
      expect(await run(file)).toMatchObject({ status: "finished", errors: 2 });
      expect(desk.batches).toHaveLength(1);
    },
  );

  it("whose line did not come back at all is asked again", async () => {
    const desk = newDesk();
    desk.fate = ({ body }, at) => (at === 0 && JSON.stringify(body).includes("5 + 5") ? "missing" : "ok");
    const file = await write("anthropic", desk);
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(desk.batches.map(({ lines }) => lines.length)).toEqual([10, 2]);
  });

  it("goes on at the service when the run is stopped, and is fetched by the same command", async () => {
    const desk = newDesk({ patience: Infinity });
    const file = await write("openai", desk);
    const stop = new AbortController();
    const experiment = await openExperiment(file.path, { db: file.db });
    const stopped = await experiment.run({
      signal: stop.signal,
      onEvent: (event) =>
        void (event.type === "note" && event.text.includes("0/10") && stop.abort(new Error("enough"))),
    });
    expect(stopped.status).toBe("interrupted");
    desk.patience = 1;
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(desk.batches).toHaveLength(1);
  });
});

describe("a ceiling of money", () => {
  it("lets no more be handed in than it pays for, and what came is judged", async () => {
    const desk = newDesk();
    // The questions before the run cost 0.00044; the dearest of them 0.00016 in a batch.
    const file = await write("openai", desk, { rest: "limits: { money: 0.0008 }\n" });
    const ended = await run(file);
    expect([ended.status, ended.note]).toEqual(["interrupted", expect.stringContaining("ceiling of 0.0008 in money")]);
    expect(desk.batches[0]?.lines.length).toBe(2);
    expect(asked(desk).length).toBeLessThan(10);
    const [{ n } = { n: 0 }] = rows(file.db, "SELECT count(*) AS n FROM v_attempts WHERE outcome = 'correct'") as {
      n: number;
    }[];
    expect(n).toBe(2 + asked(desk).length);
    const [{ cost } = { cost: 9 }] = rows(file.db, "SELECT cost FROM v_usage") as { cost: number }[];
    expect(cost).toBeLessThanOrEqual(0.0008);
  });
});

describe("overthink plan", () => {
  it("says what batches save", async () => {
    const file = await write("openai", newDesk());
    const args = ["plan", file.path, "--natural", "100", "--answer", "20", "--db", join(folder, "none.db")];
    const { stdout } = await overthink([...args, "--json"], folder);
    const money = (12 * 120 * 15) / 2e6;
    expect(JSON.parse(stdout)).toMatchObject({
      cost: expect.closeTo(money, 9),
      batches_save: expect.closeTo(money, 9),
    });
    expect((await overthink(args, folder)).stdout).toContain("for decoded tokens; batches save 0.01");
  });

  it("refuses batches where the service takes none", async () => {
    const file = await write("openai", newDesk());
    const set = [
      "--set",
      "models.0.service=deepseek",
      "--set",
      "models.0.protocol=chat",
      "--set",
      "models.0.knobs=deepseek",
    ];
    const { code, stderr } = await overthink(["plan", file.path, ...set], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining("batch is set, and its service takes none")]);
  });
});

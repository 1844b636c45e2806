import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { idsFromBytes, idsToBytes, signalFromBytes, signalToBytes } from "../../../src/adapters/store/codes.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-codes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const top = 2 ** 31 - 1;

/** Where the coding changes its length or leaves code points out, and the ids around. */
const edges = [
  0,
  0x7f,
  0x7ff,
  0xd7ff,
  0xd800,
  0xdfff,
  0xf7fd,
  0xf7ff,
  0xfffd,
  0xffff,
  0x10000,
  0x1fffff,
  0x3ffffff,
  0x7ffff7fc,
  top,
]
  .flatMap((id) => [-3, -2, -1, 0, 1, 2, 3].map((step) => id + step))
  .filter((id) => id >= 0 && id <= top);

const anyId = fc.oneof(
  fc.integer({ min: 0, max: 300_000 }),
  fc.integer({ min: 0, max: top }),
  fc.constantFrom(...edges),
);

describe("ids as bytes", () => {
  it("come back, all of them", () => {
    expect(idsFromBytes(idsToBytes(edges))).toEqual(edges);
    for (let id = 0; id < 0x30000; id += 1000) {
      const ids = Array.from({ length: 1000 }, (_, at) => id + at);
      expect(idsFromBytes(idsToBytes(ids))).toEqual(ids);
    }
    fc.assert(
      fc.property(fc.array(anyId), (ids) => {
        expect(idsFromBytes(idsToBytes(ids))).toEqual(ids);
      }),
    );
  });

  it("begin with one another where the ids do, and only there", () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 9 }), fc.array(anyId, { maxLength: 9 }), (a, b) => {
        const begins = a.every((id, at) => b[at] === id) && a.length <= b.length;
        const [short, long] = [idsToBytes(a), idsToBytes(b)];
        expect(long.subarray(0, short.length).equals(short) && short.length <= long.length).toBe(begins);
      }),
    );
  });

  it("that were never ids are refused", () => {
    for (const wrong of [-1, 0.5, 2 ** 31, NaN, "7" as unknown as number])
      expect(() => idsToBytes([1, wrong])).toThrow(RangeError);
  });

  it("are read by SQLite alone, and by another client of it", () => {
    const path = join(folder, "ids.db");
    const db = openDatabase(path);
    db.exec(`INSERT INTO experiments (name, hash, text, resolved, created_at) VALUES ('x', 'h', '', '{}', '');
      INSERT INTO points (experiment, key, position, model, dataset, method, params, label) VALUES (1, 'k', 0, '', '', '', '{}', '');
      INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES ('', '', '', '', '{}');
      INSERT INTO attempts (experiment, point, problem, epoch, outcome, grader, counts, ignored_ends, forced_end, finished_at)
        VALUES (1, 1, 1, 0, 'correct', '', 'ids', 0, 0, '')`);
    const span = db.prepare("INSERT INTO spans (hash, text, ids, tokens) VALUES (?, 't', ?, ?)");
    const segment = db.prepare(
      "INSERT INTO segments (attempt, position, origin, kind, span) VALUES (1, ?, 'sampled', 'thinking', ?)",
    );
    const all = [
      edges,
      [],
      [5],
      ...fc.sample(fc.array(anyId, { minLength: 200, maxLength: 700 }), { numRuns: 8, seed: 3 }),
    ];
    for (const [at, ids] of all.entries())
      segment.run(at, span.run(Buffer.from([at]), idsToBytes(ids), ids.length).lastInsertRowid);
    const expected = all.map((ids) => JSON.stringify(ids));
    const read = (view: string) => db.prepare(`SELECT token_ids FROM ${view} ORDER BY position`).pluck().all();
    expect(read("v_segments")).toEqual(expected);
    expect(read("main.v_segments")).toEqual(expected);
    db.close();
    const client = foreignClient();
    if (client) expect(client(path, "SELECT token_ids FROM v_segments ORDER BY position")).toEqual(expected);
  });
});

/** The command `sqlite3`, or Python's own module: whichever is here. */
function foreignClient(): ((path: string, sql: string) => readonly string[]) | null {
  const lines = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { encoding: "utf8", maxBuffer: 1e9, stdio: ["ignore", "pipe", "ignore"] })
      .trimEnd()
      .split("\n");
  const python = "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])";
  const clients = {
    sqlite3: (path: string, sql: string) => lines("sqlite3", [path, sql]),
    python3: (path: string, sql: string) => lines("python3", ["-c", python, path, sql]),
  };
  for (const [name, client] of Object.entries(clients))
    try {
      execFileSync(name, ["--version"], { stdio: "ignore" });
      return client;
    } catch {
      continue;
    }
  return null;
}

describe("signals as bytes", () => {
  it("come back, with half the bytes where a float is enough", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const bytes = signalToBytes(values);
        expect(signalFromBytes(bytes, values.length)).toEqual(values.map((each) => (each === null ? null : each + 0)));
        if (values.every((each) => each === null || Math.fround(each) === each))
          expect(bytes.length).toBe(4 * values.length);
      }),
    );
  });

  it("that are infinite, or none at all, are not known", () => {
    expect(signalFromBytes(signalToBytes([-Infinity, -0.5, NaN]), 3)).toEqual([null, -0.5, null]);
    expect(signalFromBytes(Buffer.from([1, 2, 3]), 2)).toBe(null);
  });
});

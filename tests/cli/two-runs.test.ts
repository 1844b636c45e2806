import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { attemptsOf } from "../fixtures/lab.ts";
import { overthink, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = (name: string) => join(folder, name);

const attemptsIn = (path: string) => {
  const open = new Sqlite(path, { readonly: true });
  try {
    return attemptsOf(open);
  } finally {
    open.close();
  }
};

const experiments = [1, 2].map((seed) =>
  writeExperiment(folder, `side-${seed}.yaml`, {
    name: `side-${seed}`,
    sampling: `{ temperature: 0.8, seed: ${seed}, epochs: 4, max_answer_tokens: 8 }`,
    script: "seeded: { end_thinking: 0.08 }\n    token_ms: 1",
  }),
);

describe("experiments of one database", () => {
  it("run side by side, each as if it were alone", async () => {
    const run = (path: string) => (file: string) => overthink(["run", file, "--db", path], folder);
    const together = await Promise.all(experiments.map(run(db("together.db"))));
    expect(together.map(({ code, stderr }) => [code, /^error/m.test(stderr)])).toEqual(
      experiments.map(() => [0, false]),
    );
    for (const file of experiments) await run(db("apart.db"))(file);
    expect(sorted(attemptsIn(db("together.db")))).toEqual(sorted(attemptsIn(db("apart.db"))));
  });
});

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();

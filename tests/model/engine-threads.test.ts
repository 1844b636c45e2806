import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { ended, root, scratch, start } from "../cli/overthink.ts";
import { attemptsOf } from "../fixtures/lab.ts";

const folder = scratch();

async function attemptsWith(threads?: string) {
  const db = join(folder, `${threads ?? "default"}.db`);
  const { code } = await ended(
    start(["run", "experiments/pico-wait.yaml", "--limit", "30", "--db", db], root, { UV_THREADPOOL_SIZE: threads }),
  );
  expect(code).toBe(0);
  return attemptsOf(new Sqlite(db, { readonly: true }));
}

describe("threads of libuv's pool", () => {
  it("change no token: sequences of one batch never read each other's logits", { timeout: 600_000 }, async () => {
    const alone = await attemptsWith();
    expect(await attemptsWith("4")).toEqual(alone);
    expect(await attemptsWith("1")).toEqual(alone);
  });
});

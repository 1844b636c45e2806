import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calm, startHub } from "../datasets/hub.ts";
import { closedAddress } from "../doubles/steady-port.ts";
import { ended, scratch, start } from "./overthink.ts";

const hub = await startHub();
const folder = scratch();
const cache = join(folder, "cache");
const content = Array.from({ length: 4000 }, (_, at) => `${JSON.stringify({ q: `${at}+1`, a: at + 1 })}\n`).join("");

mkdirSync(join(folder, "datasets"));
writeFileSync(
  join(folder, "datasets", "sums.yaml"),
  "title: t\nlicence: l\nhub: { id: me/sums, revision: main, file: test.jsonl }\ncolumns: { problem: q, answer: a }\ngrader: exact\n",
);

const pull = (endpoint: string) =>
  start(["datasets", "pull", "sums"], folder, { HF_ENDPOINT: endpoint, OVERTHINK_CACHE: cache });

const part = (): string | undefined =>
  existsSync(cache)
    ? readdirSync(cache, { recursive: true, encoding: "utf8" }).find((file) => file.endsWith(".part"))
    : undefined;

describe("overthink datasets pull", () => {
  it("keeps what came at Ctrl-C, ends with 130, and the same command goes on", async () => {
    Object.assign(hub.behaviour, calm(content), { stallAfter: 30_000 });
    const child = pull(hub.endpoint);
    const end = ended(child);
    await expect
      .poll(() => (part() ? readFileSync(join(cache, part() as string)).length : 0), { timeout: 20_000 })
      .toBe(30_000);
    child.kill("SIGINT");
    expect(await end).toMatchObject({
      code: 130,
      stdout: "",
      stderr: "Stopping.\nInterrupted: what was downloaded is kept, and the same command continues.\n",
    });
    Object.assign(hub.behaviour, calm(content));
    const again = await ended(pull(hub.endpoint));
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/^sums: resumed, 4000 problems/);
    expect(hub.seen.at(-1)?.range).toBe("bytes=30000-");
  });

  it("fails with 1, not with 2, where the Hub cannot be reached: nothing the user wrote is wrong", async () => {
    const { code, stderr } = await ended(
      start(["datasets", "pull", "sums"], folder, {
        HF_ENDPOINT: await closedAddress(),
        OVERTHINK_CACHE: join(folder, "other"),
      }),
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: cannot pull data set "sums" from 127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n$/),
    });
  });

  it("refuses what is no data set with 2, before anything is pulled", async () => {
    hub.seen.length = 0;
    expect(
      (
        await ended(
          start(["datasets", "pull", "sums", "smus"], folder, { HF_ENDPOINT: hub.endpoint, OVERTHINK_CACHE: cache }),
        )
      ).code,
    ).toBe(2);
    expect(hub.seen).toEqual([]);
  });
});

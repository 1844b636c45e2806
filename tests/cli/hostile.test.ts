import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { hostile } from "../report/hostile.ts";
import { overthink, scratch } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "hostile.db");

/** Nothing that moves the cursor, colours, links, rings or turns the writing round. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

beforeAll(() => writeFileSync(db, hostile(1_000_000).db.serialize()), 60_000);

describe("a terminal that shows a hostile database", () => {
  it.each([
    ["status"],
    ["status", "--json"],
    ["status", "figure"],
    ["study", "figure"],
    ["study", "figure", "--json"],
    ["grade", "figure", "--grader", "exact"],
    ["grade", "figure", "--grader", "exact", "--json"],
    ["export", "figure"],
    ["export", "figure", "--format", "jsonl"],
    ["export", "--table", "segments"],
    ["report", "figure", "--out", join(folder, "report")],
    ["report", "\u001b[31mfigure\u202e"],
    ["report", "figure", "--out", join(folder, "other"), "--reference", "\u001b]0;x\u0007.json"],
  ])(
    "is left alone by %s %s %s %s",
    async (...args) => {
      const { code, stdout, stderr } = await overthink([...args, "--db", db], folder);
      expect(UNSEEN.exec((stdout + stderr).replaceAll("\r\n", "\n"))?.[0]).toBeUndefined();
      expect(code === 0 || (code === 2 && stdout === "")).toBe(true);
      if (args.includes("--json")) expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      if (args[0] === "grade" && !args.includes("--json")) expect(stdout.length).toBeLessThan(200_000);
    },
    60_000,
  );
});

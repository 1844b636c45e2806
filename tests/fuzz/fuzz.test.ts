import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** `npm run fuzz` in short: some known and made-up cases of each kind that need no model, as processes of their own. */
test.each(["yaml", "data", "outputs", "databases", "views", "merges", "routes"])(
  "what a stranger could have made ends in one line: %s",
  (kind) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/fuzz.mjs", "--only", kind, "--short"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stdout + stderr).toMatch(new RegExp(`^${kind} +\\d+ cases, 0 faults`));
    expect(status).toBe(0);
  },
);

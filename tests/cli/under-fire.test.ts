import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ended, root } from "./overthink.ts";

const script = join(root, "scripts", "under-fire.mjs");

/** The long form is run by hand; see the script. */
const fire = (...args: string[]) =>
  ended(spawn(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] }));

it.each([
  ["killed at random moments", ["--kills", "5"]],
  ["out of disk at a random moment", ["--disk", "1"]],
  ["on a server that stops for seconds", ["--server", "1"]],
  ["twice at once, of one experiment and of two that share chains", ["--same", "1", "--different", "1"]],
  ["under a clock that jumps by hours", ["--clocks", "1"]],
])("runs %s end in the undisturbed database", { timeout: 600_000 }, async (_, args) => {
  const { code, stdout, stderr } = await fire(...args);
  expect({ code, faults: [...stdout.matchAll(/: 0 faults/g)].length, stderr }, stdout).toEqual({
    code: 0,
    faults: args.length / 2,
    stderr: "",
  });
});

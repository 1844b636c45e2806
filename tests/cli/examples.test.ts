import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ended, overthink, root, scratch, start, writeExperiment } from "./overthink.ts";

const folder = scratch();
const hasPython = spawnSync("python3", ["--version"]).status === 0;

type Json = Readonly<{
  points: readonly Readonly<{
    label: string;
    role: string;
    family: string;
    correct: number;
    attempts: number;
    unscored: number;
    errors: number;
  }>[];
}>;

async function run(example: string, limit = 6): Promise<Json["points"]> {
  const args = [
    "run",
    join(root, "examples", example),
    "--db",
    join(folder, `${example}.db`),
    "--limit",
    `${limit}`,
    "--json",
  ];
  const { code, stdout, stderr } = await overthink(args, folder);
  expect([code, stderr]).toMatchObject([0, expect.not.stringContaining("error:") as string]);
  const { points } = JSON.parse(stdout) as Json;
  expect(points.map(({ attempts, unscored, errors }) => [attempts, unscored, errors])).toEqual(
    points.map(() => [limit, 0, 0]),
  );
  return points;
}

it("a method of one's own runs from its file", async () => {
  const points = await run("own-method.yaml");
  expect(points.map(({ label, role, family }) => [label, role, family])).toEqual([
    ...[0, 8, 16, 32].map((limit) => [`≤${limit}`, "cut", "soft budget"]),
    ["natural", "natural", "soft budget"],
  ]);
});

it("a grader of one's own judges as its file says", async () => {
  const [, , natural] = await run("own-grader.yaml");
  expect(natural?.correct).toBeGreaterThan(0);
});

it.skipIf(!hasPython)("a grader in Python judges, and is ended", async () => {
  const [, , natural] = await run("program-grader.yaml");
  expect(natural?.correct).toBeGreaterThan(0);
  expect(spawnSync("pgrep", ["-f", join(root, "examples", "grade.py")]).stdout?.toString() ?? "").toBe("");
});

it("a reward of one's own leads a tree search", async () => {
  const points = await run("own-scorer.yaml", 1);
  expect(new Set(points.map(({ family }) => family))).toEqual(new Set(["rebase (agreement)"]));
});

it("an error of syntax in a module is told with its line", async () => {
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken", "m.mjs"), "export default {\n  a b\n};\n");
  const file = writeExperiment(join(folder, "broken"), "e.yaml", { methods: "- ./m.mjs" });
  const { code, stderr } = await overthink(["plan", file], folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error: .*e\.yaml:\d+:5 methods\[0\]: \.\/m\.mjs: it cannot be loaded: Unexpected identifier.* \(line 2\)\n$/,
  );
});

it("a run that is stopped leaves no program running", async () => {
  const own = join(folder, "stopped");
  mkdirSync(own);
  writeFileSync(join(own, "grade.sh"), "echo $$ > pid; while read -r line; do sleep 0.05; echo true; done\n");
  const datasets =
    "- { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer, level: level }, grader: { command: [sh, grade.sh] } }";
  const file = writeExperiment(own, "e.yaml", { datasets });
  const child = start(["run", file, "--db", join(own, "e.db")], own);
  const done = ended(child);
  const pid = () => {
    try {
      return Number(readFileSync(join(own, "pid"), "utf8"));
    } catch {
      return 0;
    }
  };
  await expect.poll(pid).toBeGreaterThan(0);
  child.kill("SIGINT");
  const { code } = await done;
  expect([0, 130]).toContain(code);
  expect(() => process.kill(pid(), 0)).toThrow(/ESRCH/);
});

it("stored attempts are graded again by a module or a program", async () => {
  const own = join(folder, "again");
  mkdirSync(own);
  const file = writeExperiment(own, "e.yaml");
  await overthink(["run", file, "--db", "e.db"], own);
  writeFileSync(
    join(own, "g.mjs"),
    "export default ({ z }) => ({ options: z.strictObject({}), grade: () => true });\n",
  );
  writeFileSync(join(own, "g.sh"), "while read -r line; do echo false; done\n");
  for (const grader of ["./g.mjs", '{"command": ["sh", "g.sh"]}']) {
    const { code, stdout } = await overthink(
      ["grade", "scripted-demo", "--db", "e.db", "--grader", grader, "--json"],
      own,
    );
    expect(code).toBe(0);
    const { attempts } = JSON.parse(stdout) as { attempts: readonly { stored: string; fresh: string }[] };
    const judged = attempts.filter(({ stored }) => stored !== "cut");
    expect(new Set(judged.map(({ fresh }) => fresh))).toEqual(
      new Set([grader === "./g.mjs" ? "correct" : "incorrect"]),
    );
  }
});

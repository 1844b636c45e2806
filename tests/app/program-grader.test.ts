import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { programGrader, ProgramOptions } from "../../src/app/plugins/program-grader.ts";
import type { Grader } from "../../src/ports/grader.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-program-"));
const graders: Grader[] = [];
afterAll(async () => {
  for (const grader of graders) await grader.close?.();
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;

/** A grader that is this shell script; `starts` counts its lives, `file` is one that it may write. */
function shell(script: string, timeout_seconds = 30) {
  const name = `grade-${made++}.sh`;
  const file = join(folder, `${name}.out`);
  writeFileSync(join(folder, name), `echo life >> ${file}.lives\n${script.replaceAll("FILE", file)}\n`);
  const options = ProgramOptions.parse({ command: ["sh", name], timeout_seconds });
  const grader = programGrader(options, join(folder, "e.yaml"));
  graders.push(grader);
  const starts = () =>
    existsSync(`${file}.lives`) ? readFileSync(`${file}.lives`, "utf8").trim().split("\n").length : 0;
  return { grader, file, starts, grade: async (response: string) => grader.grade(response, "4", "2+2") };
}

const right = `echo '{"verdict": "correct", "answer": "4", "rule": "same"}'`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("a program that grades", () => {
  it("is started once, by the first reply, and asked one line at a time", async () => {
    const { grade, starts, file } = shell(`while read -r line; do printf '%s\\n' "$line" >> FILE; ${right}; done`);
    expect(starts()).toBe(0);
    const scores = await Promise.all([grade("four"), grade("4\nlines")]);
    expect(scores).toEqual(Array(2).fill({ verdict: "correct", answer: "4", source: "grader", rule: "same" }));
    expect(starts()).toBe(1);
    expect(
      readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { response: "four", target: "4", question: "2+2" },
      { response: "4\nlines", target: "4", question: "2+2" },
    ]);
  });

  it.each([
    ["true", { verdict: "correct", answer: "reply" }],
    ['"incorrect"', { verdict: "incorrect", answer: "reply" }],
    ['{"verdict": false, "answer": "5"}', { verdict: "incorrect", answer: "5" }],
    ['{"verdict": "no-answer"}', { verdict: "no-answer" }],
    ['{"verdict": "unscored", "reason": "no idea"}', { verdict: "unscored", reason: "no idea" }],
  ])("may say %s", async (said, expected) => {
    expect(await shell(`while read -r line; do echo '${said}'; done`).grade("reply\n")).toMatchObject(expected);
  });

  it("that answers once and ends is started for each reply", async () => {
    const { grade, starts } = shell(`read -r line; ${right}`);
    for (const reply of ["a", "b", "c"]) expect(await grade(reply)).toMatchObject({ verdict: "correct" });
    expect(starts()).toBe(3);
  });

  it("that fails is told with what it wrote to its standard error, and started again", async () => {
    const { grade, starts } = shell(
      `while read -r line; do case "$line" in *bad*) echo "no such rule" >&2; exit 3;; esac; ${right}; done`,
    );
    await expect(grade("bad")).rejects.toThrow(/^sh grade-\d+\.sh ended with exit code 3: no such rule$/);
    expect(await grade("good")).toMatchObject({ verdict: "correct" });
    await expect(grade("bad")).rejects.toThrow(/exit code 3/);
    expect(starts()).toBe(3); // a program that has answered before is given a second chance
  });

  it("that takes too long is ended with all that it started, and started again", async () => {
    const { grade, file } = shell(
      `while read -r line; do case "$line" in *slow*) sleep 100 & echo $! > FILE; wait;; esac; ${right}; done`,
      1,
    );
    await expect(grade("slow")).rejects.toThrow(/gave no answer within 1 s$/);
    const pid = Number(readFileSync(file, "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await grade("quick")).toMatchObject({ verdict: "correct" });
  });

  it("that says something else is told so, and what it says next is not taken for the next verdict", async () => {
    const { grade } = shell(`while read -r line; do case "$line" in *odd*) echo "debug"; esac; ${right}; done`);
    await expect(grade("odd")).rejects.toThrow(/expected a verdict such as .*, got "debug"$/);
    expect(await grade("even")).toMatchObject({ verdict: "correct" });
    await expect(grade("odd")).rejects.toThrow(/got "debug"/);
  });

  it("sees no secrets of the environment", async () => {
    process.env["SOME_API_KEY"] = "secret";
    process.env["HF_TOKEN"] = "secret";
    process.env["PLAIN"] = "plain";
    try {
      const { grade } = shell(
        `while read -r line; do echo "{\\"verdict\\": true, \\"answer\\": \\"[$SOME_API_KEY$HF_TOKEN$PLAIN]\\"}"; done`,
      );
      expect(await grade("x")).toMatchObject({ answer: "[plain]" });
    } finally {
      for (const name of ["SOME_API_KEY", "HF_TOKEN", "PLAIN"]) delete process.env[name];
    }
  });

  it("ends when it is closed, even if it does not look at the end of its input", async () => {
    const { grader, grade, file } = shell(`echo $$ > FILE; while read -r line; do ${right}; done; sleep 100`);
    await grade("x");
    const pid = Number(readFileSync(file, "utf8"));
    expect(isAlive(pid)).toBe(true);
    await grader.close?.();
    expect(isAlive(pid)).toBe(false);
    expect(await grade("again")).toMatchObject({ verdict: "correct" });
  });

  it("has a version that changes with its files and its arguments", () => {
    const version = (args: readonly string[]) =>
      programGrader(ProgramOptions.parse({ command: ["sh", ...args] }), join(folder, "e.yaml")).version;
    writeFileSync(join(folder, "v.sh"), "one");
    const first = version(["v.sh"]);
    expect(version(["v.sh", "strict"])).not.toBe(first);
    writeFileSync(join(folder, "v.sh"), "two");
    expect(version(["v.sh"])).not.toBe(first);
  });

  it("that is nowhere is refused", () => {
    expect(() => programGrader(ProgramOptions.parse({ command: ["no-such-program"] }), "e.yaml")).toThrow(
      /there is no program "no-such-program"/,
    );
  });
});

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export const root = join(import.meta.dirname, "..", "..");
const bin = join(root, "bin", "overthink.cjs");

export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;

export const start = (args: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>> = {}) =>
  spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", UV_THREADPOOL_SIZE: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Runs the command line as a process of its own. */
export async function overthink(args: readonly string[], cwd: string): Promise<Ended> {
  return ended(start(args, cwd));
}

export async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
}

/** A folder for one test file, removed afterwards. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "overthink-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Scripted = Readonly<{
  name?: string;
  methods?: string;
  sampling?: string;
  script?: string;
  datasets?: string;
}>;

/** An experiment on the scripted engine, with problems of its own beside it. */
export function writeExperiment(folder: string, file: string, parts: Scripted = {}): string {
  const problems = Array.from({ length: 8 }, (_, at) =>
    JSON.stringify({ id: `p${at}`, problem: `question ${at}`, answer: String(at % 3), level: at % 2 }),
  );
  writeFileSync(join(folder, "problems.jsonl"), `${problems.join("\n")}\n`);
  const path = join(folder, file);
  writeFileSync(
    path,
    `name: ${parts.name ?? "scripted-demo"}
models:
  - name: toy
    engine: scripted
    ${parts.script ?? "seeded: { end_thinking: 0.08 }"}
    format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" }
datasets:
  ${parts.datasets ?? "- { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer, level: level }, grader: exact }"}
methods:
  ${parts.methods ?? "- budget-forcing: { max_thinking_tokens: [0, 4, 16] }\n  - budget-forcing: { ignore_ends: [0, 1, 2] }"}
sampling: ${parts.sampling ?? "{ temperature: 0, seed: 1, max_answer_tokens: 8 }"}
`,
  );
  return path;
}

/**
 * Sweeps the gold answers of real data sets: each must equal itself under every rewriting and none of its
 * perturbations. Run by hand with the folders or JSONL files that hold them (a row has a text field `answer`):
 *
 *   node bench/graders.mjs golds DIR_OR_FILE ...
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { extractAnswer } from "../../src/graders/math/extraction/final-answer.ts";
import { gradeAnswer } from "../../src/graders/math/grade-answer.ts";
import { perturbations, responses, rewritings } from "./rewritings.ts";

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => join(path, name))
    : [path];

const goldsOf = (file: string): string[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => String((JSON.parse(line) as { answer: unknown }).answer));

type Count = {
  golds: number;
  rewritings: number;
  refused: number;
  responses: number;
  lost: number;
  perturbations: number;
  accepted: number;
};

/** Counts a check and prints it when it failed. */
const note = (
  count: Count,
  all: "rewritings" | "responses" | "perturbations",
  failed: "refused" | "lost" | "accepted",
  fails: boolean,
  line: string,
): void => {
  count[all]++;
  if (!fails) return;
  count[failed]++;
  console.log(`${failed.padEnd(9)} ${line}`);
};

const sweepGold = (gold: string, count: Count): void => {
  const plain = gold.replaceAll(/(?<!\\)\$/g, "");
  count.golds++;
  for (const [name, rewrite] of rewritings) {
    const written = rewrite(plain);
    if (written !== null)
      note(count, "rewritings", "refused", !gradeAnswer(gold, written).equal, `${name}: ${gold} | ${written}`);
  }
  for (const [name, wrap] of responses) {
    const found = extractAnswer(wrap(plain) ?? "")?.answer ?? "";
    note(count, "responses", "lost", !gradeAnswer(gold, found).equal, `${name}: ${gold} | ${found}`);
  }
  for (const other of perturbations(gold)) {
    const { equal, rule } = gradeAnswer(gold, other);
    note(count, "perturbations", "accepted", equal, `${rule}: ${gold} | ${other}`);
  }
};

const sweep = (file: string): void => {
  const count: Count = { golds: 0, rewritings: 0, refused: 0, responses: 0, lost: 0, perturbations: 0, accepted: 0 };
  for (const gold of goldsOf(file)) sweepGold(gold, count);
  console.log(basename(file), JSON.stringify(count));
};

/** Prints what fails and the counts of each file. */
export const run = (paths: readonly string[]): void => paths.flatMap(filesIn).forEach(sweep);

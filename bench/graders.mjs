// Figures of the graders, one JSON object a line.
//
//   npm run build && node bench/graders.mjs speed      gradings a second, against plain string equality in the same run
//   npm run build && node bench/graders.mjs fuzz [N]   N strings at random (1,000,000): slowest grading, memory kept
//   node bench/graders.mjs golds PATH ...              golds of JSONL files or folders under rewritings and perturbations
//   npm run build && node bench/graders.mjs pairs PATH ...       all pairs of different golds of JSONL files: which are accepted
//   npm run build && node bench/graders.mjs solutions PATH ...   solutions that end in "#### 18" (JSONL, field `answer`), without that
//                                                      line and without <<annotations>>, with other last sentences: how many are right
//
// The goals are 5,000 gradings a second, no grading of a random string over 50 ms, and no growth of memory.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";
import { forms } from "./grader-forms.mjs";

const importSource = async (path) =>
  (await runnerImport(fileURLToPath(new URL(path, import.meta.url)), { logLevel: "error", configFile: false })).module;

const importGraders = async () => ({
  ...(await import("../dist/graders/index.js")),
  ...(await import("../dist/graders/math/grade-answer.js")),
});

const pairsOf = (name) =>
  readFileSync(new URL(`../tests/graders/fixtures/${name}`, import.meta.url), "utf8")
    .split("\n")
    .map((line) => /^[=!] (.*?) \|\|(?: (.*))?$/.exec(line))
    .filter((match) => match !== null)
    .map(([, gold, text = ""]) => [gold, text.replaceAll("⏎", "\n")]);

/** Gradings a second of processor time over whole rounds of the pairs, for about three seconds. */
const rate = (pairs, grade) => {
  for (const [gold, text] of pairs) grade(gold, text);
  const start = process.cpuUsage();
  let [done, spent] = [0, 0];
  for (; spent < 3; done += pairs.length) {
    for (const [gold, text] of pairs) grade(gold, text);
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1e6;
  }
  return Math.round(done / spent);
};

const speed = async () => {
  const { graders, gradeAnswer } = await importGraders();
  const math = graders.math.create({});
  const [answers, responses] = [pairsOf("answers.txt"), pairsOf("responses.txt")];
  const whole = Array.from({ length: 1000 }, (_, n) => [
    String(n * 37),
    `So the result is $\\boxed{${n * 37 + (n % 3)}}$.`,
  ]);
  const figures = {
    answers: rate(answers, gradeAnswer),
    responses: rate(responses, (gold, text) => math.grade(text, gold)),
    wholeNumbers: rate(whole, (gold, text) => math.grade(text, gold)),
    stringEquality: rate(answers, (gold, text) => gold.trim() === text.trim()),
  };
  console.log(
    JSON.stringify({
      gradingsPerSecond: figures,
      stringEqualityOverAnswers: Math.round(figures.stringEquality / figures.answers),
    }),
  );
};

const fuzz = async ([count = "1000000"]) => {
  const { graders, gradeAnswer } = await importGraders();
  const { fuzzText, random } = await importSource("../tests/graders/fuzz-text.ts");
  const [math, choice, numeric] = [
    graders.math.create({}),
    graders.choice.create({}),
    graders.numeric.create({ rel_tol: 0, abs_tol: 0 }),
  ];
  const grade = [
    (text, gold) => math.grade(text, gold),
    (text, gold) => gradeAnswer(gold, text),
    (text) => choice.grade(text, "C"),
    (text, gold) => gradeAnswer(gold, text),
    (text) => numeric.grade(text, "5"),
  ];
  const next = random(20_251);
  const slowest = { milliseconds: 0, text: "", gold: "" };
  const heap = [];
  let [gold, over] = ["1", 0];
  const started = performance.now();
  for (let n = 0; n < Number(count); n++) {
    const text = fuzzText(next);
    const cpu = process.cpuUsage();
    void grade[n % grade.length](text, gold);
    const { user, system } = process.cpuUsage(cpu);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > 50) over++;
    if (milliseconds > slowest.milliseconds)
      Object.assign(slowest, { milliseconds, text: text.slice(0, 200), length: text.length, gold: gold.slice(0, 200) });
    if (n % 3 === 0) gold = text;
    if (n % Math.ceil(Number(count) / 10) === 0)
      heap.push((globalThis.gc?.(), Math.round(process.memoryUsage().heapUsed / 1e6)));
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    JSON.stringify({ strings: Number(count), seconds, over50Milliseconds: over, slowest, heapMegabytes: heap }),
  );
};

const golds = async (paths) => (await importSource("../tests/graders/real-golds.ts")).run(paths);

const rowsOf = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => String(JSON.parse(line).answer));

/** Each pair that is accepted is printed with its rule: every one of them has to be justified. */
const pairs = async (paths) => {
  const { gradeAnswer } = await importGraders();
  const all = [...new Set(paths.flatMap(rowsOf))];
  let [tried, accepted] = [0, 0];
  for (const [at, gold] of all.entries())
    for (const other of all.slice(at + 1)) {
      const { equal, rule } = gradeAnswer(gold, other);
      tried++;
      if (!equal) continue;
      accepted++;
      console.log(`${rule}: ${gold} | ${other}`.replaceAll("\n", " "));
    }
  console.log(JSON.stringify({ golds: all.length, pairs: tried, accepted }));
};

const solutions = async (paths) => {
  const { graders } = await importGraders();
  const math = graders.math.create({});
  for (const path of paths) {
    const rows = rowsOf(path).map((answer) => answer.split("#### ").map((part) => part.trim()));
    const figures = Object.entries(forms).map(([form, write]) => {
      const right = rows.filter(([solution, last]) => {
        const lines = solution.replace(/<<.*?>>/g, "").split("\n");
        return math.grade(write(lines, last), last.replaceAll(",", "")).verdict === "correct";
      });
      return [form, Number(((100 * right.length) / rows.length).toFixed(2))];
    });
    console.log(JSON.stringify({ file: basename(path), solutions: rows.length, right: Object.fromEntries(figures) }));
  }
};

const [name = "speed", ...rest] = process.argv.slice(2);
const benches = { speed, fuzz, golds, pairs, solutions };
if (!Object.hasOwn(benches, name)) {
  console.error(`unknown bench: ${JSON.stringify(name)} (one of ${Object.keys(benches).join(", ")})`);
  process.exit(2);
}
await benches[name](rest);

// What following a run costs: a look at its progress and the count of a finished attempt, for a run of many jobs.
//
//   npm run build && node bench/progress.mjs [JOBS] [POINTS]
//
// The goal is less than 1 ms for a look at 1,000,000 jobs.
import { methods } from "../dist/methods/index.js";
import { groupJobs } from "../dist/runner/jobs.js";
import { ProgressMeter } from "../dist/runner/progress.js";

const [jobs = 1_000_000, settings = 20] = process.argv.slice(2).map(Number);
const conditions = { sampling: {}, seed: 1, epochs: 1, maxAnswerTokens: 256, share: true };
const assume = { natural: 1000, perIgnoredEnd: 200, answer: 50 };
const dataset = {
  name: "d",
  problems: Array.from({ length: jobs / settings }, (_, at) => ({ id: `p${at}`, text: "", target: "", tags: {} })),
};
const method = methods["budget-forcing"];
const points = Array.from({ length: settings }, (_, position) => {
  const options = method.options.parse({ max_thinking_tokens: 50 * (position + 1) });
  return { record: { key: `${position}`, position }, model: { name: "m" }, dataset, method, options };
});

const since = (start) => performance.now() - start;
const record = {
  outcome: "correct",
  trace: [{ kind: "thinking", origin: "sampled", tokenIds: Array.from({ length: 300 }, () => 1) }],
};

let start = performance.now();
const groups = groupJobs(points, conditions, assume);
const grouping = since(start);
start = performance.now();
const meter = new ProgressMeter(groups, conditions, 0);
const beginning = since(start);

const all = groups.flatMap((group) => group.jobs);
let [counting, looking, longest] = [0, 0, 0];
for (const [at, job] of all.entries()) {
  start = performance.now();
  meter.see({ type: "attempt", job, record });
  counting += since(start);
  if (at % 100 !== 0) continue;
  start = performance.now();
  meter.at(at + 1);
  const look = since(start);
  looking += look;
  longest = Math.max(longest, look);
}
const looks = Math.ceil(all.length / 100);
const row = (name, milliseconds) => console.log(name.padEnd(46), milliseconds.toFixed(4).padStart(12), "ms");
console.log(`${all.length} jobs of ${settings} points`);
row("once: forming groups", grouping);
row("once: beginning to follow", beginning);
row("an attempt counted, mean (weighing included)", counting / all.length);
row("a look, mean", looking / looks);
row("a look, longest", longest);

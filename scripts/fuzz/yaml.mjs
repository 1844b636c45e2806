import { spiced } from "./random.mjs";

/** An experiment that needs no model; `parts` replace its lines. */
export const experiment = ({ name = "x", models, datasets, methods } = {}) => `name: ${name}
models:
  ${models ?? '- { name: m, engine: scripted, seeded: {}, format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" } }'}
datasets:
  ${datasets ?? "- { name: d, path: d.jsonl, columns: { id: id, problem: q, answer: a }, grader: exact }"}
methods:
  ${methods ?? "- budget-forcing: { max_thinking_tokens: [0, 4, 16] }"}
sampling: { temperature: 0, seed: 1, max_answer_tokens: 8 }
`;

export const problems = `${[1, 2, 3].map((id) => JSON.stringify({ id: `p${id}`, q: `1+${id}=`, a: String(id + 1) })).join("\n")}\n`;

const nines = (what) => Array.from({ length: 9 }, () => what).join(", ");
const laughs = [
  `a: &a [${nines("x")}]`,
  ...Array.from("bcdefghij", (name, at) => `${name}: &${name} [${nines(`*${"abcdefghi"[at]}`)}]`),
].join("\n");
const many = Array.from({ length: 9000 }, (_, at) => -1 - at).join(", ");

const known = {
  "a billion laughs": laughs,
  "an alias of itself": "a: &a [*a]\n",
  "a merge of itself": "a: &a { <<: *a }\n",
  brackets: `a: ${"[".repeat(50_000)}`,
  dashes: "- ".repeat(20_000),
  megabytes: `a: ${"x".repeat(2_000_000)}`,
  keys: Array.from({ length: 30_000 }, (_, at) => `k${at}: 1`).join("\n"),
  aliases: `- &a x\n${"- *a\n".repeat(50_000)}`,
  "a fault on each line": "a: ]\n".repeat(20_000),
  "a sweep of wrong values": experiment({ methods: `- budget-forcing: { max_thinking_tokens: [${many}] }` }),
  "a sweep of sweeps": experiment({
    methods: `- budget-forcing: { max_thinking_tokens: [${many.replaceAll("-", "")}], ignore_ends: [${many.replaceAll("-", "")}] }`,
  }),
  nothing: "",
  zeros: "\0\0\0",
  "keys of JavaScript": "__proto__: { a: 1 }\nconstructor: 1\n",
  "a secret in an address": experiment({
    models: "- { name: m, engine: openai, base_url: 'http://me:secret@h/v1', model: m, dialect: vllm, format: pico }",
  }),
  "a pattern that backtracks": experiment({
    datasets:
      "- { name: d, path: d.jsonl, columns: { problem: q, answer: a }, grader: { regex: { pattern: '(a+)+$' } } }",
  }),
};

const spices = [
  "&a ",
  "*a",
  "[",
  "]",
  "{",
  "}",
  ": ",
  "- ",
  "\t",
  "\n",
  "|",
  ">",
  "'",
  '"',
  "!!binary ",
  "%",
  "@",
  "null",
  "1e999",
  "-0",
];
const more = [
  "\u0000",
  "\ud800",
  "\u202e",
  "<<: *a",
  "9".repeat(400),
  "../".repeat(40),
  "~",
  "? ",
  "!!js/function ",
  "__proto__: ",
];

export const yaml = (random, count) => ({
  cases: [
    ...Object.entries(known).map(([name, text]) => ({ name, text })),
    ...Array.from({ length: count }, (_, at) => ({
      name: `made-up ${at}`,
      text: spiced(experiment(), [...spices, ...more], random),
    })),
  ].map(({ name, text }) => ({
    name,
    files: { "x.yaml": text, "d.jsonl": problems },
    args: ["plan", "x.yaml", "--db", "x.db"],
  })),
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mutated, spiced } from "./random.mjs";
import { experiment, problems } from "./yaml.mjs";

const pico = fileURLToPath(new URL("../../models/pico/pico.gguf", import.meta.url));
const bytes = readFileSync(pico);

/** Where the header ends: the last name of a tensor, and its numbers behind it. */
const headerEnd = bytes.lastIndexOf("output_norm.weight") + 64;

const withNumber = (key, value) => {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(key);
  copy.writeUInt32LE(value, at + key.length + 4);
  return copy;
};

const withCount = (place, value) => {
  const copy = Buffer.from(bytes);
  copy.writeBigUInt64LE(BigInt(value), place);
  return copy;
};

const known = {
  "tensors without end": withCount(8, 2 ** 40),
  "entries without end": withCount(16, 2n ** 63n),
  "no layers": withNumber("llama.block_count", 0),
  "layers without end": withNumber("llama.block_count", 2 ** 31),
  "no heads": withNumber("llama.attention.head_count", 0),
  "a head of nothing": withNumber("llama.attention.key_length", 0),
  "no context": withNumber("llama.context_length", 0),
  "no rope": withNumber("llama.rope.dimension_count", 0),
  "an embedding of three": withNumber("llama.embedding_length", 3),
  cut: bytes.subarray(0, 3000),
  text: Buffer.from("GGUF is not what this is\n".repeat(200)),
  nothing: Buffer.alloc(0),
};

const entry = "- { name: m, engine: llama, path: m.gguf, format: pico }";
const plan = ["plan", "x.yaml", "--db", "x.db"];

export const models = (random, count) => ({
  cases: [
    ...Object.entries(known).map(([name, content]) => ({ name, content })),
    ...Array.from({ length: count }, (_, at) => ({
      name: `made-up ${at}`,
      content: mutated(bytes, random, 4, headerEnd),
    })),
  ].map(({ name, content }) => ({
    name,
    files: { "x.yaml": experiment({ models: entry }), "d.jsonl": problems, "m.gguf": content },
    args: plan,
  })),
});

const loops = (depth) => `${"{% for i in range(1000) %}".repeat(depth)}x${"{% endfor %}".repeat(depth)}`;
const honest = "{% for m in messages %}<s>{{ m.content }}{% endfor %}<think>";

const knownTemplates = {
  "an endless range": "{% for i in range(10**9) %}x{% endfor %}",
  "loops in loops": loops(5),
  "a text that doubles":
    "{% set n = namespace(a='x') %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}{{ n.a }}",
  "a number that squares":
    "{% set n = namespace(a=3) %}{% for i in range(60) %}{% set n.a = n.a * n.a %}{% endfor %}{{ n.a }}",
  "a macro of itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
  brackets: `{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`,
  padding: "{{ 'a'.center(10**10) }}",
  "a way out":
    "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ messages.constructor.constructor('return process')() }}",
  "slow texts": "{% for a in range(9999) %}{{ ('x' * 100000) | title | length }}{% endfor %}",
  megabytes: "x".repeat(3_000_000),
  "a join": "{{ range(99999) | map('string') | join('x' * 99999) }}",
  "a replacement": "{{ ('x' * 99999) | replace('x', 'y' * 99999) }}",
  "an indent": "{{ ('x\n' * 9999) | indent(99999) }}",
  "tags without end": "{% for a in range(9999) %}{{ ('<' * 99999) | striptags | length }}{% endfor %}",
  "texts that are kept":
    "{% set n = namespace(a=[]) %}{% set b = 'x' * 99999 %}{% for i in range(99999) %}{% set n.a = [n.a, b | upper] %}{% endfor %}",
  "an end for each switch but none for a question": `${honest}{% if enable_thinking or thinking or reasoning or reasoning_effort or thinking_budget %}${loops(5)}{% endif %}`,
};

const spices = [
  "{{",
  "}}",
  "{%",
  "%}",
  "{#",
  "{% for i in range(9999) %}",
  "{% endfor %}",
  "{{ messages }}",
  "|",
  "(",
  "'",
  "{% if %}",
];
const format =
  '{ prompt: chat, template: t.jinja, thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" }';
const scripted = `- { name: m, engine: scripted, seeded: {}, format: ${format} }`;

export const templates = (random, count) => ({
  cases: [
    ...Object.entries(knownTemplates).map(([name, text]) => ({ name, text })),
    ...Array.from({ length: count }, (_, at) => ({ name: `made-up ${at}`, text: spiced(honest, spices, random) })),
  ].map(({ name, text }) => ({
    name,
    files: { "x.yaml": experiment({ models: scripted }), "d.jsonl": problems, "t.jinja": text },
    args: plan,
  })),
});

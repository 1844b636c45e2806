import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { mutated, spiced } from "./random.mjs";
import { experiment, problems } from "./yaml.mjs";

const fixtures = new URL("../../tests/datasets/fixtures/", import.meta.url);
const parquets = ["snappy.parquet", "gzip.parquet", "brotli.parquet", "lists.parquet"].map((name) =>
  readFileSync(new URL(name, fixtures)),
);

const zeros = () => {
  const part = gzipSync(Buffer.alloc(10 * 2 ** 20));
  return Buffer.concat(Array.from({ length: 60 }, () => part));
};
const nest = (open, close, depth) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const row = (a) => `{"id":"1","q":"1+1=","a":${a}}\n`;

const known = {
  "d.jsonl.gz": zeros(),
  "d.jsonl.zst": Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), Buffer.alloc(8, 0xff)]),
  "deep.jsonl": row(nest('{"x":', "}", 50_000)),
  "list.jsonl": row(nest("[", "]", 50_000)),
  "long.jsonl": `{"id":"1","q":"${"9".repeat(6_000_000)}","a":"2"}\n`,
  "big.jsonl": row("1".repeat(100_000)),
  "quote.csv": `id,q,a\n1,"${"x".repeat(20 * 2 ** 20)}`,
  "columns.csv": `${"x,".repeat(50_000)}y\n`,
  "latin.csv": Buffer.from([0x69, 0x64, 0x0a, 0xff]),
  "half.json": '{"rows": [',
  "no.parquet": Buffer.from("PAR1".repeat(20)),
  "none.jsonl": "",
};

const csv = 'id,q,a\n1,1+1=,2\n2,"1+\n2=",3\n';
const spices = [
  '"',
  ",",
  "\n",
  "\r",
  "\0",
  "{",
  "}",
  "[",
  "]",
  "\\",
  "\ud800",
  "null",
  "1e999",
  "9".repeat(40),
  "\\u0000",
  "\ufeff",
];

const madeUp = (random) => {
  const kind = random.below(3);
  if (kind === 0) return ["made.parquet", mutated(random.oneOf(parquets), random)];
  return kind === 1 ? ["made.csv", spiced(csv, spices, random)] : ["made.jsonl", spiced(problems, spices, random)];
};

export const dataFiles = (random, count) => ({
  cases: [...Object.entries(known), ...Array.from({ length: count }, () => madeUp(random))].map(([file, content]) => ({
    name: file,
    files: {
      "x.yaml": experiment({
        datasets: `- { name: d, path: ${file}, columns: { problem: q, answer: a }, grader: exact }`,
      }),
      [file]: content,
    },
    args: ["plan", "x.yaml", "--db", "x.db"],
  })),
});

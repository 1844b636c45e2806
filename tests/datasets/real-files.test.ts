import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDataset } from "../../src/adapters/dataset/cards.ts";
import { loadDataset } from "../../src/adapters/dataset/load.ts";
import { pullDataset } from "../../src/adapters/dataset/pull.ts";
import { packageRoot } from "../../src/experiment/paths.ts";
import { testFolder } from "./folder.ts";

/**
 * Runs by hand on a folder of the real problem sets, which are others' and so are not in this repository:
 *   OVERTHINK_REAL_DATASETS=FOLDER npx vitest run tests/datasets/real-files.test.ts
 */
const folder = process.env["OVERTHINK_REAL_DATASETS"] ?? "";

const files = [
  ["aime24", 30, "350237cfa022340504d54966bf1d2a121dbcb4d83cec1929e43b62ed9faa75ab"],
  ["aime24_figures", 30, "e9aa282a8ed21e43dfdb0866c7669d3394032e990ee1c17a095011bda636b41f"],
  ["aime25", 30, "d4e7db96056e7ea90e2bc600fa1b8778a164ec0a660bb844dc6fc54634c81e7c"],
  ["aime25_figures", 30, "e7321f13e5fc3818cdd83adb2f32e1a12f61add6461c9219e4c032cc7c65b59e"],
  ["math500", 500, "6b63e2fe14316bfcf7e25fe10d3eba13c9dd4d643b77facd38f1dbcec6e13fbd"],
  ["gsm8k", 1319, "6c8cac23e8f2801e012de27f921eb4df58259c982537b09f6d3d5e6a7845d7f9"],
  ["amc23", 40, "6f3d9250252c4b2db415e89ba72d509a63c29437e9ece77107211abf8797a56e"],
  ["hmmt_feb_2025", 30, "22f5ef620c9f2ff1012b53ea32fb31e1cd6d9b80368d83f8db55054534ba1ef4"],
  ["olympiadbench_math_en", 675, "3ac463e5217c46888a4ac77150f0ae4945d193a05ba2dc2f0058a4c8fef6aee7"],
] as const;

const context = (cacheDir = "") => ({ folders: [packageRoot() ?? ""], cacheDir });
const own = async (name: string) =>
  await loadDataset({ name, path: join(folder, `${name}.jsonl`), grader: { name: "math", options: {} } }, context());

describe.skipIf(folder === "")("the real problem sets", () => {
  it.each(files)("%s holds %i problems and is the file that is known", async (name, count, sha256) => {
    const { total, problems, sha256: found, hash } = await own(name);
    console.log(`${name}: ${total} problems, sha256 ${found}, content ${hash.slice(0, 12)}`);
    expect([total, found]).toEqual([count, sha256]);
    expect(problems.every(({ text, target }) => text !== "" && target !== "")).toBe(true);
  });

  it.each(["aime24", "aime25", "aime24_figures", "aime25_figures"])(
    "%s has whole numbers up to 999 as answers",
    async (name) => {
      for (const { target } of (await own(name)).problems) expect(target).toMatch(/^\d{1,3}$/);
    },
  );

  it("MATH-500 may be taken by level and subject", async () => {
    const spec = { name: "math500", path: join(folder, "math500.jsonl"), grader: { name: "math", options: {} } };
    const levels = await Promise.all(
      [1, 2, 3, 4, 5].map(
        async (level) => (await loadDataset({ ...spec, where: { level } }, context())).problems.length,
      ),
    );
    expect(levels).toEqual([43, 90, 105, 128, 134]);
  });
});

/** Beginnings of LaTeX commands that the Hub's file holds as a form feed or a tab: the 1st to 5th, 8th and 13th of three problems. */
const eaten = new Set([0, 1, 2, 3, 4, 7, 12]);

/** The text of math-ai/aime25 on the Hub, written anew from the repaired problems. */
const hubText = (): string => {
  let seen = 0;
  const eat = (command: string): string => (eaten.has(seen++) ? (command === "\\f" ? "\f" : "\t") : command);
  const rows = readFileSync(join(folder, "aime25_figures.jsonl"), "utf8").trim().split("\n");
  return rows
    .map((line, at) => {
      const { id, problem, answer } = JSON.parse(line) as Record<"id" | "problem" | "answer", string>;
      const text = /II-(4|5|13)$/.test(id) ? problem.replaceAll(/\\[ft](?=[a-z])/g, eat) : problem;
      return `{"problem": ${JSON.stringify(text)}, "answer": ${answer}, "id": "${at}"}\n`;
    })
    .join("");
};

describe.skipIf(folder === "")("the card of aime25", () => {
  const { path: cacheDir } = testFolder();

  it("takes the Hub's file by its hash, and repairs it", async () => {
    const text = hubText();
    const { card } = findDataset("aime25", context().folders);
    expect(createHash("sha256").update(text).digest("hex")).toBe(card?.sha256);
    const fetch = () => Promise.resolve(new Response(text));
    if (!card) throw new Error("no card");
    const pulled = await pullDataset("aime25", card, { cacheDir, fetch, env: {} });
    console.log(
      `aime25 from the Hub's bytes: ${pulled.record.count} problems, ${pulled.record.bytes} bytes, sha256 ${pulled.record.sha256}`,
    );
    const loaded = await loadDataset({ name: "aime25" }, context(cacheDir));
    const known = await own("aime25_figures");
    expect(loaded.problems.map(({ text: question, target }) => [question, target])).toEqual(
      known.problems.map(({ text: question, target }) => [question, target]),
    );
  });
});

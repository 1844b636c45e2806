import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedFile, datasetCache, keep } from "../../src/adapters/dataset/cache.ts";
import { findDataset } from "../../src/adapters/dataset/cards.ts";
import { checkDataset, listDatasets } from "../../src/adapters/dataset/list.ts";
import { loadDataset } from "../../src/adapters/dataset/load.ts";
import { Card } from "../../src/datasets/card.ts";
import type { DatasetSpec } from "../../src/experiment/dataset-spec.ts";
import { packageRoot } from "../../src/experiment/paths.ts";
import { refusal, testFolder } from "./folder.ts";

const { path, write } = testFolder();
const context = { folders: [join(path, "first"), path], cacheDir: join(path, "cache") };
const rows = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ id: `s${at}`, problem: `${at}+1`, answer: at + 1, level: at % 2 })}\n`,
  ).join("");
const hashOfText = (text: string): string => createHash("sha256").update(text).digest("hex");

write("datasets/sums/problems.jsonl", rows(4));
write(
  "datasets/sums.yaml",
  "title: Sums\nlicence: CC0\nfile: sums/problems.jsonl\ncolumns: { id: id, problem: problem, answer: answer, level: level }\ncount: 4\ngrader: exact\n",
);
write("datasets/bare.csv", "problem,answer\n1+1,2\n");
write("datasets/folder/problems.json", '[{"problem":"1","answer":"2"}]');
write(
  "datasets/pulled.yaml",
  `title: Pulled\nlicence: MIT\nhub: { id: me/pulled, revision: main, file: data/test.jsonl }\nsha256: ${hashOfText(rows(3))}\ncolumns: {}\ngated: true\nconfidential: true\ngrader: { regex: { pattern: x } }\n`,
);
write(
  "datasets/choice.yaml",
  "title: Choice\nlicence: MIT\nfile: choice.csv\ncolumns: { problem: Q }\nchoices: { correct: R, incorrect: [W] }\ngrader: choice\n",
);
write("datasets/choice.csv", "Q,R,W\nWhy?,because,no\n");
write("datasets/wrong.yaml", "title: Wrong\nlicense: MIT\nfile: a\nhub: 3\ngrader: 4\n");
write("datasets/none.yaml", "title: None\nlicence: MIT\nfile: nowhere.jsonl\ncolumns: {}\ngrader: exact\n");
write(
  "datasets/short.yaml",
  `title: S\nlicence: MIT\nfile: sums/problems.jsonl\ncount: 5\ncolumns: {}\ngrader: exact\n`,
);
write(
  "datasets/changed.yaml",
  `title: C\nlicence: MIT\nfile: sums/problems.jsonl\nsha256: "${"0".repeat(64)}"\ncolumns: {}\ngrader: exact\n`,
);
write("mine.jsonl", '{"q":"2*3","a":"6","unit":"m"}\n');

const load = async (spec: DatasetSpec) => await loadDataset(spec, context);
const refused = async (spec: DatasetSpec) => await refusal(() => load(spec), path);
const exact = { name: "exact", options: {} };

describe("loadDataset", () => {
  it("finds a data set with a card by its name", async () => {
    expect(await load({ name: "sums" })).toEqual({
      name: "sums",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      problems: [0, 1, 2, 3].map((at) => ({
        id: `s${at}`,
        text: `${at}+1`,
        target: String(at + 1),
        tags: { level: at % 2 },
      })),
      total: 4,
      grader: exact,
      file: join(path, "datasets/sums/problems.jsonl"),
      sha256: hashOfText(rows(4)),
      confidential: false,
      source: {},
      notes: [],
    });
  });

  it("may be told another grader, another name, and which problems to take", async () => {
    const loaded = await load({
      name: "odd",
      from: "sums",
      grader: { name: "math", options: {} },
      where: { level: 1 },
      limit: 1,
    });
    expect(loaded).toMatchObject({ name: "odd", grader: { name: "math" }, total: 4, problems: [{ id: "s1" }] });
  });

  it("has a hash that depends on what is asked, not on how many are taken", async () => {
    const { hash } = await load({ name: "sums" });
    expect((await load({ name: "sums", limit: 1 })).hash).toBe(hash);
    expect((await load({ name: "other", from: "sums", shuffle: 3 })).hash).toBe(hash);
    expect((await load({ name: "sums", prompt: "{problem}=" })).hash).not.toBe(hash);
  });

  it("finds a file or folder without a card, which needs a grader", async () => {
    expect((await load({ name: "bare", grader: exact })).problems).toEqual([
      { id: "1", text: "1+1", target: "2", tags: {} },
    ]);
    expect((await load({ name: "folder", grader: exact })).total).toBe(1);
    expect(await refused({ name: "bare" })).toBe(
      'data set "bare" has no card, so it needs a grader (such as grader: exact, or grader: math)',
    );
  });

  it("reads a file of one's own by its path and columns", async () => {
    const columns = { problem: "q", answer: "a" };
    expect((await load({ name: "mine", path: "mine.jsonl", columns, grader: exact })).problems).toEqual([
      { id: "1", text: "2*3", target: "6", tags: { unit: "m" } },
    ]);
    expect(await refused({ name: "mine", path: "mine.jsonl", grader: exact })).toMatch(
      /^~\/mine.jsonl there is no column "problem", the columns are q, a, unit/,
    );
    expect(await refused({ name: "mine", path: "nine.jsonl", grader: exact })).toBe(
      'there is no "nine.jsonl" in ~/first, ~',
    );
  });

  it("puts choices into an order by seed", async () => {
    const [problem] = (await load({ name: "choice", choices_seed: 4 })).problems;
    expect(problem?.text).toMatch(/^Why\?\n\nA\) (because|no)\nB\) (because|no)$/);
    expect(problem?.tags).toMatchObject({ choices_seed: 4 });
    expect(await refused({ name: "sums", choices_seed: 4 })).toMatch(
      /choices_seed: it is not a set of multiple-choice questions/,
    );
  });

  it("refuses names that are not known, with those that are", async () => {
    expect(await refused({ name: "smus" })).toMatch(
      /^unknown data set "smus", did you mean "sums"\? \(known: bare, .*sums.*; for a file of your own give path/,
    );
    expect(await refused({ name: "../datasets/sums" })).toMatch(/^unknown data set "..\/datasets\/sums"/);
  });

  it("refuses a faulty card, a missing file, and a file that is not what its card says", async () => {
    expect(await refused({ name: "wrong" })).toBe(
      [
        "~/datasets/wrong.yaml:1:1 columns: missing, expected a mapping",
        '~/datasets/wrong.yaml:2:1 license: unknown key, did you mean "licence"?',
        "~/datasets/wrong.yaml:4:6 hub: expected a mapping, got 3",
        "~/datasets/wrong.yaml:5:9 grader: expected text or a mapping, got 4",
      ].join("\n"),
    );
    expect(await refused({ name: "none" })).toBe(
      '~/datasets/none.yaml data set "none": there is no "~/datasets/nowhere.jsonl"',
    );
    expect(await refused({ name: "short" })).toBe(
      "~/datasets/sums/problems.jsonl the file holds 4 problems, its card says 5",
    );
    expect(await refused({ name: "changed" })).toMatch(
      /sums\/problems.jsonl the file has changed: its sha256 is .*, not 0{64}/,
    );
  });
});

describe("a data set of the Hub", () => {
  it("is used from the cache, once it is there", async () => {
    expect(await refused({ name: "pulled" })).toBe(
      'data set "pulled" is not on this machine yet (run: overthink datasets pull pulled (it is gated: set HF_TOKEN))',
    );
    const found = findDataset("pulled", context.folders);
    const file = cachedFile("pulled", found.card as Card, context.cacheDir);
    const sha256 = hashOfText(rows(3));
    const record = { url: "u", etag: null, commit: "abc", sha256, bytes: 1, count: 3, pulledAt: "now" };
    await keep(write("part", rows(3)), file, record);
    expect(await load({ name: "pulled" })).toMatchObject({
      total: 3,
      confidential: true,
      grader: { name: "regex", options: { pattern: "x" } },
      source: { hub: "me/pulled", revision: "main", file: "data/test.jsonl", commit: "abc" },
    });
    write("cache/pulled/me_pulled_main/test.jsonl", rows(2));
    expect(await refused({ name: "pulled" })).toMatch(/the file has changed/);
    write("cache/pulled/me_pulled_main/test.jsonl", rows(3));
  });
});

describe("listDatasets", () => {
  it("knows what is here and what could be pulled", async () => {
    const folders = [join(path, "listed")];
    write(
      "listed/datasets/a.yaml",
      "title: A\nlicence: MIT\nhub: { id: me/a, revision: r1, file: t.csv }\ncount: 9\ngated: true\ncolumns: {}\ngrader: exact\n",
    );
    write("listed/datasets/b.csv", "problem,answer\n1,1\n");
    const a = {
      name: "a",
      title: "A",
      licence: "MIT",
      count: 9,
      gated: true,
      state: "not pulled",
      file: null,
      hub: "me/a@r1",
    };
    expect(listDatasets({ folders, cacheDir: context.cacheDir })).toEqual([
      a,
      {
        name: "b",
        title: "",
        licence: "",
        count: null,
        gated: false,
        state: "local",
        file: join(path, "listed/datasets/b.csv"),
        hub: null,
      },
    ]);
    const file = write("cache/a/me_a_r1/t.csv", "");
    expect(listDatasets({ folders, cacheDir: context.cacheDir })[0]).toEqual({ ...a, state: "pulled", file });
  });
});

describe("checkDataset", () => {
  it("says what it found and what it could compare", async () => {
    expect(await checkDataset("sums", context)).toEqual({
      name: "sums",
      file: join(path, "datasets/sums/problems.jsonl"),
      sha256: hashOfText(rows(4)),
      count: 4,
      checked: ["count"],
    });
    expect((await checkDataset("bare", context)).checked).toEqual([]);
    expect(await refusal(() => checkDataset("short", context), path)).toMatch(/its card says 5/);
  });
});

describe("the cards that come with the package", () => {
  const folders = [packageRoot() ?? ""];

  it("are all valid", () => {
    const names = listDatasets({ folders, cacheDir: context.cacheDir }).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "aime24",
        "aime24-figures",
        "aime24-nofigures",
        "aime25",
        "amc23",
        "arithmetic",
        "gpqa-diamond",
        "gsm8k",
        "hmmt-feb-2025",
        "math500",
        "olympiadbench",
      ]),
    );
  });

  it("pin a commit wherever they state a hash", () => {
    const cards = listDatasets({ folders, cacheDir: context.cacheDir }).map(
      ({ name }) => findDataset(name, folders).card,
    );
    for (const card of cards) if (card?.hub && card.sha256) expect(card.hub.revision).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe("datasetCache", () => {
  it.each([
    [{ OVERTHINK_CACHE: "/c", XDG_CACHE_HOME: "/x" }, "/c/datasets"],
    [{ XDG_CACHE_HOME: "/x" }, "/x/overthink/datasets"],
  ])("with %j is %s", (env, folder) => {
    expect(datasetCache(env)).toBe(folder);
  });

  it("is in the home folder otherwise", () => {
    expect(datasetCache({})).toMatch(/\/.cache\/overthink\/datasets$/);
  });
});

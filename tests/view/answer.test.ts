import { beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/adapters/store/sqlite.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { findings } from "../../src/report/findings.ts";
import { gather, type ExperimentData } from "../../src/report/gather.ts";
import { answer } from "../../src/view/answer.ts";
import { countsOf } from "../../src/view/counts.ts";
import { figureFiles } from "../../src/view/figure.ts";
import { analyse } from "../../src/report/thoughts/analyse.ts";
import type { Attempts, Located, Sayings } from "../../src/view/types/attempts.ts";
import type { Comparison } from "../../src/view/types/compare.ts";
import type { Experiment, Figure, Findings, Picture, Sums } from "../../src/view/types/experiment.ts";
import type { Home } from "../../src/view/types/home.ts";
import type { Problems } from "../../src/view/types/problems.ts";
import { studies } from "../report/fixture.ts";
import { hostile } from "../report/hostile.ts";
import { asking, sourceOf, type Asking } from "./sources.ts";

let db: Database;
let data: ExperimentData;
let ask: Asking;

beforeAll(() => {
  const made = studies({ perLevel: 8 }, { name: "other", model: "pico-2", perLevel: 8, skill: 0.2 });
  db = made.db;
  const [row] = made.reader.experiments();
  if (row) data = gather(made.reader, row);
  ask = asking(sourceOf(db));
});

test("the page's numbers are the report's", async () => {
  const page = (await ask("/api/e/figure/sums")) as Sums;
  expect(page.dots.map(({ point, x, accuracy, low, high, n }) => ({ point, x, accuracy, low, high, n }))).toEqual(
    data.curves.map(({ point, x, accuracy, low, high, n }) => ({ point, x, accuracy, low, high, n })),
  );
  expect(((await ask("/api/e/figure/findings")) as Findings).sentences).toEqual(findings(data));
  expect(((await ask("/api/experiments")) as Home).experiments.map(({ key }) => key).sort()).toEqual([
    "figure",
    "other",
  ]);
});

test("every dot of the picture is a setting", async () => {
  for (const x of ["thinking", "sampled"]) {
    const picture = (await ask("/api/e/figure/curve", { x })) as Picture;
    const labels = JSON.stringify(picture.wide).match(/"aria-label":"(?:[^"\\]|\\.)*","role":"graphics-symbol"/g) ?? [];
    const tips = labels.map((label) => (JSON.parse(`{${label}}`) as Record<string, string>)["aria-label"] ?? "");
    const settings = tips.flatMap((tip) => picture.dots[tip] ?? []);
    expect(new Set(settings).size).toBe(data.curves.length);
  }
});

test.each([
  ["thinking", {}],
  ["sampled", { x: "sampled" }],
  ["one level", { level: "6" }],
])("the figure's query tells every dot, %s", async (_, query) => {
  const { sql } = (await ask("/api/e/figure/figure", query)) as Figure;
  const rows = db.prepare(sql).all() as readonly Readonly<{ id?: number; point?: number }>[];
  expect(new Set(rows.map((row) => row.point ?? row.id))).toEqual(new Set(data.curves.map(({ point }) => point)));
});

test("levels to choose from are those of the problems", async () => {
  const { levels } = (await ask("/api/e/figure/problems")) as Problems;
  expect(levels).toEqual(
    [...new Set(data.grid.problems.map(({ level }) => level))].sort((a, b) => Number(a) - Number(b)),
  );
  expect(((await ask("/api/e/figure/attempts")) as Attempts).facets.level).toEqual(levels);
});

test("problems by name are those of any other order, though no attempt is looked at for the order", async () => {
  const [named, hardest] = (await Promise.all(
    ["name", "hardest"].map((sort) => ask("/api/e/figure/problems", { sort })),
  )) as [Problems, Problems];
  const byName = (strips: Problems["strips"]) => new Map(strips.map((strip) => [strip.problem, strip]));
  expect(byName(named.strips)).toEqual(byName(hardest.strips));
  expect(named.total).toBe(hardest.total);
  expect(named.strips.map(({ problem }) => problem)).not.toEqual(hardest.strips.map(({ problem }) => problem));
  const [first] = named.strips;
  const some = (await ask("/api/e/figure/problems", {
    level: first?.level ?? "",
    q: first?.problem ?? "",
  })) as Problems;
  expect(some.strips[0]).toEqual(first);
});

test("flips and the first right setting are those of the report", async () => {
  const { strips, total, settings } = (await ask("/api/e/figure/problems", { sort: "flips" })) as Problems;
  expect(total).toBe(40);
  expect(settings).toHaveLength(data.points.length);
  expect(strips.map(({ flips }) => flips)).toEqual(strips.map(({ flips }) => flips).sort((a, b) => b - a));
  const solved = analyse(sqliteReader(db), data)?.solved[0];
  const everRight = strips.filter(({ first }) => first !== null).length;
  expect(everRight).toBe(Math.round((1 - (solved?.never?.value ?? 0)) * (solved?.chains ?? 0)));
  const changing = (await ask("/api/e/figure/problems", { show: "changing" })) as Problems;
  expect(changing.total).toBe(strips.filter(({ flips }) => flips > 0).length);
});

test("a cell leads to the attempt that it is", async () => {
  const { strips, settings } = (await ask("/api/e/figure/problems")) as Problems;
  const [strip] = strips;
  const cell = strip?.cells[3];
  const located = (await ask(`/api/a/${cell?.id}`)) as Located;
  expect(located).toEqual({ experiment: "figure", problem: strip?.problem, epoch: 0, setting: settings[3]?.key });
});

describe("pages of attempts", () => {
  const total = (): number => data.points.reduce((sum, point) => sum + point.attempts, 0);

  async function all(query: Readonly<Record<string, string>>): Promise<readonly number[]> {
    const ids: number[] = [];
    let after = "";
    for (let page = 0; page < 50; page++) {
      const read = (await ask("/api/e/figure/attempts", { ...query, ...(after === "" ? {} : { after }) })) as Attempts;
      ids.push(...read.lines.map(({ id }) => id));
      if (read.next === null) return ids;
      after = read.next;
    }
    throw new Error("the pages do not end");
  }

  test.each(["-id", "id", "-thinking_tokens", "thinking_tokens", "-seconds", "seconds", "-cost", "ignored_ends"])(
    "by %s show each attempt once",
    async (sort) => {
      const ids = await all({ sort });
      expect(ids).toHaveLength(total());
      expect(new Set(ids).size).toBe(total());
    },
  );

  test("keep what fits, and count it", async () => {
    const correct = await all({ outcome: "correct" });
    const read = (await ask("/api/e/figure/attempts", { outcome: "correct" })) as Attempts;
    expect(read.facets.outcome["correct"]).toBe(correct.length);
    const level = (await ask("/api/e/figure/attempts", { level: "6", sort: "id" })) as Attempts;
    expect(Object.values(level.facets.outcome).reduce((a, b) => a + b, 0)).toBe(8 * data.points.length);
    expect(await all({ q: "no thought says this" })).toEqual([]);
    expect((await all({ q: "think" })).length).toBeGreaterThan(0);
  });
});

describe("words in attempts", () => {
  const made = studies({ perLevel: 4 });
  // Every third thought says it, a method writes it now and then, and one answer has a word that nothing else has.
  made.db.exec(`
    UPDATE spans SET text = text || ' Wait, no.' WHERE id % 3 = 0;
    UPDATE spans SET text = text || ' rareword' WHERE id = (SELECT max(span) FROM segments WHERE kind = 'answer');`);
  const own = asking(sourceOf(made.db));
  const having = (word: string, where: string): readonly number[] =>
    made.db
      .prepare<[string], number>(`SELECT DISTINCT s.attempt FROM v_segments s WHERE instr(s.text, ?) > 0 ${where}`)
      .pluck()
      .all(word)
      .sort((a, b) => a - b);

  async function ids(query: Readonly<Record<string, string>>): Promise<readonly number[]> {
    const found: number[] = [];
    for (let after: string | null = ""; after !== null;) {
      let read: Attempts;
      do read = (await own("/api/e/figure/attempts", { ...query, ...(after === "" ? {} : { after }) })) as Attempts;
      while (read.searched < 1);
      found.push(...read.lines.map(({ id }) => id));
      after = read.next;
    }
    return found;
  }
  const THOUGHT = "AND s.kind = 'thinking' AND s.origin = 'sampled'";

  test.each(["id", "-thinking_tokens"])("are found on every page, by %s", async (sort) => {
    for (const word of ["Wait", "rareword", "nowhere"])
      expect([...(await ids({ q: word, sort }))].sort((a, b) => a - b)).toEqual(having(word, ""));
    expect([...(await ids({ said: "Wait", sort }))].sort((a, b) => a - b)).toEqual(having("Wait", THOUGHT));
  });

  test("are counted as they are found, what a method wrote apart", async () => {
    const counted = async (query: Readonly<Record<string, string>>): Promise<Sayings> => {
      const read = (await own("/api/e/figure/words", query)) as Sayings;
      return read.share < 1 ? counted(query) : read;
    };
    const words = await counted({});
    expect(words.words.find(({ word }) => word === "Wait")?.n).toBe(having("Wait", THOUGHT).length);
    const some = await counted({ outcome: "correct" });
    const correct = await ids({ said: "Wait", outcome: "correct" });
    expect(some.words.find(({ word }) => word === "Wait")?.n).toBe(correct.length);
    expect(correct.length).toBeGreaterThan(0);
  });
});

test("counts move on with a run, and an error makes room for what takes its place", () => {
  const made = studies({ perLevel: 2 });
  const { pages } = sourceOf(made.db);
  made.db.exec("UPDATE attempts SET outcome = 'error' WHERE id = 3");
  const before = new Map(countsOf(pages, "figure"));
  const columns = made.db
    .prepare("SELECT name FROM pragma_table_info('attempts') WHERE name NOT IN ('id', 'outcome', 'epoch')")
    .pluck()
    .all()
    .join(", ");
  const [point] = made.db.prepare("SELECT point FROM attempts WHERE id = 3").pluck().all() as [number];
  made.db.exec(`
    CREATE TEMP TABLE again AS SELECT * FROM attempts WHERE id IN (3, 5);
    DELETE FROM attempts WHERE id = 3;
    INSERT INTO attempts (${columns}, outcome, epoch) SELECT ${columns}, 'correct', epoch FROM again WHERE id = 3;
    INSERT INTO attempts (${columns}, outcome, epoch) SELECT ${columns}, 'cut', 9 FROM again WHERE id = 5;`);
  const now = countsOf(pages, "figure");
  expect(now).toEqual(countsOf(sourceOf(made.db).pages, "figure"));
  expect(now.get(point)?.error).toBe(0);
  expect(now.get(point)?.correct).toBe((before.get(point)?.correct ?? 0) + 1);
});

describe("a comparison", () => {
  test("counts the problems that changed, and tests them as the report does", async () => {
    const test = data.tests.find(({ extrapolated }) => extrapolated);
    const keys = [test?.natural, test?.other].map((row) => `${row?.position}-x`);
    const read = (await ask("/api/e/figure/compare", { a: keys[0] ?? "", b: keys[1] ?? "" })) as Comparison;
    expect(read.table.gained).toBe(test?.won);
    expect(read.table.lost).toBe(test?.lost);
    expect(read.p).toBe(test?.comparison.p);
    expect(read.interval).toEqual(test?.comparison.interval);
    expect(read.changed.every(({ change }) => change === "gained" || change === "lost")).toBe(true);
    expect(read.table.gained + read.table.lost + read.table.both + read.table.neither).toBe(40);
  });

  test("goes across experiments", async () => {
    const read = (await ask("/api/e/figure/compare", { a: "6-natural", b: "other:6-natural" })) as Comparison;
    expect([read.a.model, read.b.model]).toEqual(["pico", "pico-2"]);
    expect(read.problems).toBe(40);
  });

  test("calls nothing real where the graders differ", async () => {
    const made = studies({ perLevel: 4 }, { name: "other", perLevel: 4, skill: 0.5 });
    made.db.prepare("UPDATE attempts SET grader = 'math 2' WHERE experiment = 2").run();
    const read = (await asking(sourceOf(made.db))("/api/e/figure/compare", {
      a: "6-natural",
      b: "other:6-natural",
    })) as Comparison;
    expect(JSON.stringify(read.verdict)).toContain("No difference can be called real");
  });
});

describe("what is not there", () => {
  test.each([
    ["/api/e/figur", {}, 404, "did you mean figure?"],
    ["/api/e/figure/attempts", { point: "nothing" }, 404, "did you mean"],
    ["/api/e/figure/p/nothing", {}, 404, "did you mean"],
    ["/api/e/figure/nothing", {}, 404, "did you mean"],
    ["/api/e/figure/__proto__", {}, 404, ""],
    ["/api/e/figure/curve", { level: "99" }, 404, "did you mean"],
    ["/api/e/figure/curve", { x: "pounds" }, 400, "x is one of"],
    ["/api/e/figure/attempts", { sort: "size" }, 400, "sort is one of"],
    ["/api/e/figure/attempts", { after: "x" }, 400, "after is"],
    ["/api/e/figure/compare", {}, 400, "a"],
    ["/api/a/123456", {}, 404, ""],
    ["/api/a/one", {}, 404, ""],
    ["/api/e/%zz", {}, 400, "not a part of an address"],
  ] as const)("%s is told: %o", async (path, query, status, words) => {
    const told = await answer([sourceOf(db)], path, query);
    expect(told.status).toBe(status);
    expect(String(told.body)).toContain(words);
  });
});

test("experiments of one name in two files are told apart", async () => {
  const two = asking(sourceOf(db, "a/first.db"), sourceOf(studies({ perLevel: 2 }).db, "b/second.db"));
  const { experiments } = (await two("/api/experiments")) as Home;
  expect(experiments.map(({ key }) => key).sort()).toEqual(["figure@first", "figure@second", "other"]);
  expect(((await two("/api/e/figure@second")) as Experiment).db).toBe("b/second.db");
});

describe("of a confidential data set", () => {
  const made = studies({ perLevel: 2 }, { name: "other", perLevel: 2 });
  made.db.exec(`
    UPDATE runs SET record = json_set(record, '$.datasets', json('[{ "name": "arithmetic", "problems": 10, "confidential": true }]'));
    UPDATE problems SET text = 'SECRET question', target = 'SECRET target', tags = json_set(tags, '$.hint', 'SECRET tag');
    UPDATE prompts SET text = 'SECRET prompt';
    UPDATE attempts SET answer = 'SECRET answer', evidence = 'SECRET evidence';
    UPDATE attempts SET outcome = 'error', error = 'SECRET error' WHERE id % 7 = 0;
    UPDATE spans SET text = text || 'SECRET thought';`);
  const name = (made.db.prepare("SELECT problem FROM problems LIMIT 1").pluck().get() as string) ?? "";
  const setting = "/api/e/figure/compare?a=1&b=6-natural";
  const pages = [
    "/api/experiments",
    "/api/curves",
    "/api/a/1",
    ...["", "/sums", "/axes", "/curve", "/findings", "/problems", "/problems?sort=flips", "/words", "/figure"].map(
      (page) => `/api/e/figure${page}`,
    ),
    ...figureFiles.filter((ending) => !/png|pdf/.test(ending)).map((ending) => `/api/e/figure/figure.${ending}`),
    "/api/e/figure/live?after=0",
  ];
  const withAnswers = [
    "/api/e/figure/attempts",
    "/api/e/figure/attempts?q=SECRET",
    "/api/e/figure/attempts?outcome=error",
    `${setting}&show=neither`,
    setting,
    "/api/e/figure/compare?a=1&b=other:1&show=both",
    `/api/e/figure/p/${name}`,
    `/api/e/figure/p/${name}/vs?a=1&b=6-natural`,
  ];
  const read = async (path: string, more = {}): Promise<string> => {
    const [place = "", search = ""] = path.split("?");
    const query = { ...Object.fromEntries(new URLSearchParams(search)), ...more };
    const { status, body } = await answer([sourceOf(made.db)], place, query);
    expect(status).toBe(200);
    return String(body);
  };

  test.each([...pages, ...withAnswers])("nothing is told by %s", async (path) => {
    expect(await read(path)).not.toContain("SECRET");
  });

  test.each(withAnswers.filter((path) => !path.includes("show=")))(
    "it is shown where it is asked for, by %s",
    async (path) => {
      expect(await read(path, { reveal: "1" })).toContain("SECRET");
    },
  );
});

test("a database in which nobody meant well is read like any other", async () => {
  const made = hostile();
  const own = asking(sourceOf(made.db));
  const { strips } = (await own("/api/e/figure/problems")) as Problems;
  const name = encodeURIComponent(strips[0]?.problem ?? "");
  for (const path of ["", "/curve", "/findings", "/problems", "/attempts", `/p/${name}`])
    expect(await own(`/api/e/figure${path}`)).toBeTruthy();
});

describe("every query of the pages", () => {
  /** What SQLite was asked while all pages were read, and how it goes about it. */
  type Step = Readonly<{ parent: number; detail: string }>;
  const plans = async (): Promise<ReadonlyMap<string, readonly Step[]>> => {
    const asked = new Set<string>();
    const heard = new Proxy(db, {
      get: (target, name) => {
        if (name === "prepare") return (sql: string) => (asked.add(sql), target.prepare(sql));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const own = asking({ ...sourceOf(db), pages: sourceOf(heard).pages });
    const name = ((await own("/api/e/figure/problems")) as Problems).strips[0]?.problem ?? "";
    const pages = ["", "/live", "/words", "/words?point=3", `/p/${name}`, `/p/${name}/vs?a=1&b=6`];
    const lists = [
      "",
      "sort=thinking_tokens",
      "point=3",
      "outcome=cut",
      "level=6",
      `problem=${name}`,
      "q=zz",
      "said=zz",
    ];
    for (const path of [...pages, ...lists.map((query) => `/attempts?${query}`)]) {
      const [place = "", search = ""] = path.split("?");
      await own(`/api/e/figure${place}`, Object.fromEntries(new URLSearchParams(search)));
    }
    const told = [...asked].map((sql): [string, readonly Step[]] => {
      const holes = Array.from(sql.matchAll(/\?/g), () => null);
      return [sql, db.prepare<null[], Step>(`EXPLAIN QUERY PLAN ${sql}`).all(...holes)];
    });
    return new Map(told);
  };

  test("finds attempts, chains and texts by keys, and goes through a list from the outside", async () => {
    const all = await plans();
    expect(all.size).toBeGreaterThan(15);
    for (const [sql, plan] of all) {
      // By id, from the end: stopped by the limit. Words are looked for in all texts.
      const isBounded = / LIMIT /.test(sql) && /ORDER BY i\.id|count\(\*\) FROM \(SELECT 1/.test(sql);
      const large = plan.filter(({ detail }) =>
        /^SCAN (a|attempts|i|u|uses|n|used|nodes|s|segments|c|chains|t|pieces)\b/.test(detail),
      );
      expect({ sql, large: isBounded ? [] : large }).toEqual({ sql, large: [] });
      const inner = plan.filter(
        ({ detail, parent }, at) =>
          /^SCAN j\b/.test(detail) &&
          plan.slice(0, at).some((step) => step.parent === parent && /^(SEARCH|SCAN)/.test(step.detail)),
      );
      expect({ sql, inner }).toEqual({ sql, inner: [] });
    }
  });
});

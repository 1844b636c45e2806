import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeBundle } from "../../src/app/pages/bundle.ts";
import type { Attempts } from "../../src/view/types/attempts.ts";
import type { Comparison } from "../../src/view/types/compare.ts";
import type { Home } from "../../src/view/types/home.ts";
import type { Problems } from "../../src/view/types/problems.ts";
import { studies } from "../report/fixture.ts";
import { asking, sourceOf } from "./sources.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { db } = studies({ perLevel: 4 }, { name: "other", perLevel: 2 });
writeFileSync(join(folder, "two.db"), db.serialize());
for (const file of ["app.js", "app.css", "icon.svg"]) writeFileSync(join(folder, file), "");
writeFileSync(join(folder, "index.html"), '<head></head><script src="/app.js"></script>');
const own = asking(sourceOf(db));

type Copy = Readonly<{ about: Readonly<Record<string, string>>; answers: Readonly<Record<string, unknown>> }>;

/** What a copy of an address holds, by paths of the read API. */
async function copyOf(page: string): Promise<Copy> {
  const to = join(folder, "copy");
  rmSync(to, { recursive: true, force: true });
  await writeBundle({
    paths: [join(folder, "two.db")],
    assets: folder,
    folder: to,
    single: false,
    date: new Date("2026-01-02"),
    page,
  });
  const read = (name: string): string => readFileSync(join(to, name), "utf8");
  const [, about = "", index = ""] = /Bundle = (.*);\nwindow.overthinkIndex = (.*);\n$/.exec(read("bundle.js")) ?? [];
  const files = [...new Set(Object.values(JSON.parse(index) as Record<string, string>))];
  const parts = files.map((file) => JSON.parse(/, (\{.*)\);\n$/.exec(read(file))?.[1] ?? "") as object);
  return {
    about: JSON.parse(about) as Copy["about"],
    answers: Object.assign({}, ...parts) as Copy["answers"],
  };
}

const thoughtsIn = (copy: Copy): readonly string[] =>
  Object.keys(copy.answers).flatMap((path) => /\/p\/([^/?]+)(\?epoch=\d+)?$/.exec(path)?.[1] ?? []);

describe("a copy of one address", () => {
  test("has the attempts of its filter with their thoughts, and no others", async () => {
    const { lines, next } = (await own("/api/e/figure/attempts", { outcome: "incorrect", point: "3" })) as Attempts;
    expect(next).toBeNull();
    const copy = await copyOf("http://127.0.0.1:8080/e/figure/attempts?point=3&outcome=incorrect");
    expect(copy.answers["/api/e/figure/attempts?point=3&outcome=incorrect&sort=-id"]).toMatchObject({ lines });
    expect([...thoughtsIn(copy)].sort()).toEqual([...new Set(lines.map(({ problem }) => problem))].sort());
    expect(thoughtsIn(copy).length).toBeGreaterThan(0);
    expect(copy.about["start"]).toBe("/e/figure/attempts?point=3&outcome=incorrect");
    expect((copy.answers["/api/experiments"] as Home).experiments.map(({ key }) => key)).toEqual(["figure"]);
    expect(JSON.stringify(copy.answers)).not.toContain('"other"');
  });

  test("has what was lost between two settings, side by side", async () => {
    const { changed } = (await own("/api/e/figure/compare", { a: "1", b: "6-natural", show: "gained" })) as Comparison;
    const copy = await copyOf("/e/figure/compare?a=1&b=6-natural&show=gained");
    expect(thoughtsIn(copy)).toEqual(changed.map(({ problem }) => problem));
    for (const { problem } of changed)
      expect(copy.answers).toHaveProperty([`/api/e/figure/p/${problem}/vs?a=1&b=6-natural`]);
    expect(copy.about["filter"]).toBe("of what /e/figure/compare?a=1&b=6-natural&show=gained shows");
  });

  test("has all pages of a list", async () => {
    const { next } = (await own("/api/e/figure/attempts", { sort: "id" })) as Attempts;
    expect(next).not.toBeNull();
    const copy = await copyOf("/e/figure/attempts?sort=id");
    expect(copy.answers).toHaveProperty([`/api/e/figure/attempts?sort=id&after=${next}`]);
    const { total } = (await own("/api/e/figure/problems")) as Problems;
    expect(thoughtsIn(copy)).toHaveLength(total);
  });

  test.each([
    ["/", "no experiment"],
    ["/e/figur/problems", 'no experiment "figur"'],
    ["/e/figure/attempts?point=nothing", "nothing of that experiment"],
  ])("%s: there is none", async (page, words) => {
    await expect(copyOf(page)).rejects.toThrow(words);
  });
});

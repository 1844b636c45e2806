import { describe, expect, it } from "vitest";
import { gather } from "../../src/report/gather.ts";
import { withPoolFigures } from "../../src/report/sections/pool-figure.ts";
import { readStudy, studySection } from "../../src/report/sections/study.ts";
import { type Study, studies } from "./fixture.ts";

const sectionOf = (...list: readonly Study[]) => {
  const { reader } = studies(...list);
  const read = readStudy(
    reader,
    reader.experiments().map((row) => gather(reader, row)),
  );
  return studySection(read);
};

const titles = (section: ReturnType<typeof studySection>) =>
  (section?.blocks ?? []).flatMap((block) => (block.kind === "table" ? [block.name] : []));

describe("the section of methods", () => {
  it("has one table of methods; flips stand with each experiment", () => {
    const section = sectionOf({ perLevel: 4 });
    expect(titles(section)).toEqual(["study-methods"]);
    expect(section?.blocks.every((block) => block.kind === "table" && block.table.rows.length > 0)).toBe(true);
  });

  it("has votes and equal tokens where problems were attempted several times, over all experiments of a page", () => {
    const names = titles(
      sectionOf(
        { name: "long", perLevel: 3 },
        { name: "many", perLevel: 3, epochs: 4, settings: [{ max: null, ignore: 0 }] },
      ),
    );
    expect(names).toContain("study-votes");
    expect(names).toContain("study-equal-tokens");
  });

  it("draws the rules over each pool against bill and time", async () => {
    const { reader } = studies({ name: "many", perLevel: 3, epochs: 4, settings: [{ max: null, ignore: 0 }] });
    const read = readStudy(
      reader,
      reader.experiments().map((row) => gather(reader, row)),
    );
    const section = await withPoolFigures(studySection(read), read.study.pools);
    const figures = (section?.blocks ?? []).flatMap((block) => (block.kind === "figure" ? [block.figure] : []));
    expect(figures.map(({ name }) => name)).toEqual(["pool-rules-1"]);
    expect(figures[0]?.data.rows).toHaveLength(2 * read.study.pools[0]!.rules.length);
    expect(await withPoolFigures(null, [])).toBeNull();
  });

  it("leaves votes to the command where there are very many settings to vote among, and says so", () => {
    const section = sectionOf({
      perLevel: 1,
      epochs: 2,
      settings: Array.from({ length: 25 }, (_, max) => ({ max, ignore: 0 })),
    });
    expect(titles(section)).toEqual(["study-methods"]);
    expect(JSON.stringify(section?.blocks.at(-1))).toContain("left out with 25 settings to vote among");
  });
});

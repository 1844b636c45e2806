import { expect, test } from "vitest";
import { gather } from "../../src/report/gather.ts";
import { curveBlocks } from "../../src/report/sections/curve.ts";
import { studies } from "./fixture.ts";

test("a product with several strings has a panel for each, with no dot of another string", async () => {
  const settings = [4, 16, null].flatMap((max) => [
    { max, ignore: 0 },
    ...["Wait", "Hmm"].map((continuation) => ({ max, ignore: 1, continuation })),
  ]);
  const { reader } = studies({ perLevel: 1, settings });
  const blocks = await curveBlocks(reader.experiments().map((row) => gather(reader, row)));
  const [figure] = blocks.flatMap((block) => (block.kind === "figure" ? [block.figure] : []));
  const { columns = [], rows = [] } = figure?.data ?? {};
  const cell = (row: (typeof rows)[number], name: string): string => JSON.stringify(row[columns.indexOf(name)]);
  const strings = (level: string) =>
    new Set(
      rows.filter((row) => cell(row, "level").includes(level)).map((row) => /Wait|Hmm/.exec(cell(row, "label"))?.[0]),
    );
  expect(strings("“Wait”")).toEqual(new Set([undefined, "Wait"]));
  expect(strings("“Hmm”")).toEqual(new Set([undefined, "Hmm"]));
  expect(new Set(rows.map((row) => cell(row, "curve"))).size).toBe(3);
});

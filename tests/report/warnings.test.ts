import { expect, test } from "vitest";
import { gather } from "../../src/report/gather.ts";
import { warningsOf } from "../../src/report/warnings.ts";
import { studies } from "./fixture.ts";

const few = [
  { max: 4, ignore: 0 },
  { max: null, ignore: 0 },
];

function told(change: string): readonly string[] {
  const { db, reader } = studies({ perLevel: 2, settings: few });
  db.exec(change);
  return reader.experiments().flatMap((row) => warningsOf(reader, gather(reader, row)));
}

test("what the last run was warned of is told again", () => {
  expect(
    told("UPDATE runs SET record = json_set(record, '$.warnings', json('[\"model \\\"m\\\": min tokens: ignored\"]'))"),
  ).toEqual(['figure: model "m": min tokens: ignored.']);
});

test("knobs that did nothing, and of which nobody can tell, are told from the attempts themselves", () => {
  expect(told("UPDATE points SET role = 'native'; UPDATE attempts SET thinking_tokens = 7")).toEqual([
    "figure: pico on arithmetic: <=4 and natural gave equal thinking tokens on all 10 problems: the knob had no effect.",
  ]);
  expect(told("UPDATE points SET role = 'native'; UPDATE attempts SET thinking_tokens = NULL")[0]).toContain(
    "its server reports no thinking tokens",
  );
});

test("a quiet run is not warned of", () => expect(told("")).toEqual([]));

import { parse } from "csv-parse/sync";
import { beforeAll, expect, test } from "vitest";
import type { Segment } from "../../src/core/segment.ts";
import type { ResultReader } from "../../src/ports/result-reader.ts";
import { type ExportRequest, exportRows } from "../../src/report/export-rows.ts";
import { csvLine } from "../../src/report/table-csv.ts";
import { studies } from "./fixture.ts";

let reader: ResultReader;
beforeAll(() => {
  const settings = [
    { max: 4, ignore: 0 },
    { max: null, ignore: 1 },
  ];
  const twist = (segments: Segment[]) =>
    segments.map((s) => (s.kind === "continuation" ? { ...s, text: "=1+1\u001b[2J,\u202e" } : s));
  ({ reader } = studies({ name: "one", perLevel: 2, settings, twist }, { name: "two", perLevel: 1, settings }));
});

/** A part's memory is that of the next. */
const exported = (from: ResultReader, request: ExportRequest): string =>
  Buffer.concat(Array.from(exportRows(from, request), (part) => Buffer.from(part))).toString();

const linesOf = (from: ResultReader, request: ExportRequest): readonly string[] =>
  exported(from, request)
    .split(request.format === "csv" ? /(?<=\r\n)/ : /(?<=\n)/)
    .filter((line) => line !== "");

test("CSV has a header and one line an attempt", () => {
  const lines = linesOf(reader, { experiment: "one", format: "csv", table: "attempts" });
  expect(lines[0]).toMatch(/^id,experiment,point,model,dataset,method,params,label,problem,epoch,outcome/);
  expect(lines).toHaveLength(1 + 20);
});

test("JSON Lines hold JSON columns as values and every count as a number", () => {
  const rows = linesOf(reader, { experiment: "one", format: "jsonl", table: "attempts" }).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  expect(rows).toHaveLength(20);
  expect(rows[0]?.["params"]).toMatchObject({ max_thinking_tokens: 4, ignore_ends: 0 });
  expect(rows.reduce((sum, row) => sum + (row["thinking_tokens"] as number), 0)).toBe(10 * 4 + 10 * 22);
});

test("every value of the view is in its line, whatever was read and written once for many lines", () => {
  const lines = linesOf(reader, { format: "jsonl", table: "attempts" });
  const rows = [...reader.query("SELECT * FROM v_attempts")].map(({ params, tags, ...row }) => ({
    ...row,
    params: JSON.parse(String(params)) as unknown,
    tags: JSON.parse(String(tags)) as unknown,
  }));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
});

test.each(["attempts", "points", "segments", "usage"] as const)(
  "a CSV of %s is byte for byte the cells of its view",
  (table) => {
    const rows = [...reader.rows(`SELECT * FROM v_${table}`)].map((row) => csvLine(row));
    const lines = linesOf(reader, { format: "csv", table });
    expect(lines.slice(1)).toEqual(rows);
    expect(new Set(lines.map((line) => parse(line)[0]?.length)).size).toBe(1);
  },
);

test("without an experiment everything is exported", () => {
  expect(linesOf(reader, { format: "csv", table: "points" })).toHaveLength(1 + 4);
  expect(linesOf(reader, { format: "csv", table: "attempts" })).toHaveLength(1 + 30);
});

test("attempts of more than one batch are each written once, those of one experiment alone", () => {
  const settings = [{ max: 4, ignore: 0 }];
  const many = studies({ name: "few", perLevel: 1, settings }, { name: "many", perLevel: 250, settings });
  const wanted = [...many.reader.rows("SELECT id, problem FROM v_attempts WHERE experiment = ?", "many")];
  const lines = linesOf(many.reader, { experiment: "many", format: "jsonl", table: "attempts" });
  const written = lines.map((line) => JSON.parse(line) as { id: number; problem: string });
  expect(written.length).toBe(1250);
  expect(written.map(({ id, problem }) => [id, problem])).toEqual(wanted.toSorted(([a], [b]) => Number(a) - Number(b)));
});

test("segments come in order and exactly, and CSV makes them harmless", () => {
  const rows = linesOf(reader, { experiment: "one", format: "jsonl", table: "segments" });
  const forced = rows
    .map((line) => JSON.parse(line) as { text: string; kind: string; token_ids: number[] })
    .filter((row) => row.kind === "continuation");
  expect(forced[0]).toMatchObject({ text: "=1+1\u001b[2J,\u202e", token_ids: [10, 11] });
  expect(rows.join("")).not.toMatch(/[\u001b\u202e]/);
  const csv = linesOf(reader, { experiment: "one", format: "csv", table: "segments" }).join("");
  expect(csv).toContain(`"'=1+1␛[2J,⟨U+202E⟩"`);
});

test("an unknown experiment is a UserError that names the others", () => {
  expect(() => linesOf(reader, { experiment: "ont", format: "csv", table: "points" })).toThrow('no experiment "ont"');
});

test("no attempts is a header alone", () => {
  const empty = studies({ name: "none", perLevel: 0 });
  expect(linesOf(empty.reader, { experiment: "none", format: "csv", table: "attempts" })).toHaveLength(1);
  expect(linesOf(empty.reader, { experiment: "none", format: "jsonl", table: "attempts" })).toEqual([]);
});

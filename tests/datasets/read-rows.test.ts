import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRows } from "../../src/adapters/dataset/read-rows.ts";
import { refusal, testFolder } from "./folder.ts";

const folder = testFolder();

const read = async (name: string, content: string | Uint8Array) => await readRows(folder.write(name, content));
const refused = async (name: string, content: string | Uint8Array) =>
  await refusal(() => read(name, content), folder.path);

describe("JSON Lines", () => {
  it("are one object a line; empty lines and line ends of Windows do not matter", async () => {
    const { rows, place } = await read("a.jsonl", '\uFEFF{"a":1}\r\n\r\n{"a":"é","b":[1]}');
    expect(rows).toEqual([{ a: 1 }, { a: "é", b: [1] }]);
    expect(place(1)).toBe("line 3");
  });

  it("are refused with the line at fault", async () => {
    expect(await refused("b.jsonl", '{"a":1}\n\n{"a":}\n')).toMatch(/^~\/b.jsonl:3 not valid JSON: .+/);
    expect(await refused("c.jsonl", "[1]")).toBe("~/c.jsonl:1 expected a JSON object");
  });
});

describe("JSON", () => {
  it("is a list of objects, or an object around one list", async () => {
    expect((await read("a.json", '[{"a":1}]')).rows).toEqual([{ a: 1 }]);
    expect((await read("b.json", '{"version":1,"data":[{"a":1}]}')).rows).toEqual([{ a: 1 }]);
  });

  it("is refused where it is something else", async () => {
    expect(await refused("c.json", '{"a":1}')).toBe("~/c.json expected a list of objects");
    expect(await refused("d.json", '[{"a":1}, 2]')).toBe("~/d.json entry 2: expected an object");
    expect(await refused("e.json", "[{")).toMatch(/^~\/e.json not valid JSON: /);
  });
});

describe("CSV", () => {
  it("has quotes around commas, line breaks and doubled quotes", async () => {
    const { rows, place } = await read("a.csv", 'id,text\n1,"a, ""b""\nc"\n\n2,plain\r\n3,\n');
    expect(rows).toEqual([
      { id: "1", text: 'a, "b"\nc' },
      { id: "2", text: "plain" },
      { id: "3", text: "" },
    ]);
    expect([0, 1, 2].map(place)).toEqual(["line 2", "line 5", "line 6"]);
  });

  it("may end without a line break", async () => {
    expect((await read("b.csv", "a,b\n1,")).rows).toEqual([{ a: "1", b: "" }]);
    expect((await read("c.csv", "")).rows).toEqual([]);
  });

  it("is refused for an open quote or a wrong number of cells, with the line", async () => {
    expect(await refused("d.csv", 'a,b\n1,2\n"x,3\n')).toMatch(/^~\/d.csv:3 not valid CSV/);
    expect(await refused("e.csv", 'a,b\n1,x"y"\n')).toMatch(/^~\/e.csv:2 not valid CSV/);
    expect(await refused("f.csv", "a,b\n1,2\n1,2,3\n")).toBe("~/f.csv:3 3 cells, but 2 columns in the first line");
  });
});

describe("Parquet", () => {
  it.each(["snappy", "gzip", "brotli"])("compressed by %s is read whole", async (codec) => {
    const { rows, place } = await readRows(join(import.meta.dirname, "fixtures", `${codec}.parquet`));
    expect(rows).toHaveLength(40);
    expect(rows[3]).toEqual({
      id: 4,
      question: "What is 3 + 6? Show your work.",
      answer: "It is 3 + 6 = 9.\n#### 9",
      value: 9,
      level: 3,
    });
    expect(place(0)).toBe("row 1");
  });

  it("may hold lists", async () => {
    const { rows } = await readRows(join(import.meta.dirname, "fixtures", "lists.parquet"));
    expect(rows).toEqual([
      { question: "Solve x^2 = 4.", final_answer: ["$2$", "$-2$"] },
      { question: "Find 3 + 4.", final_answer: ["7"] },
    ]);
  });

  it("is refused where it is not Parquet", async () => {
    expect(await refused("a.parquet", "not parquet at all")).toMatch(
      /^~\/a.parquet not a Parquet file that can be read: /,
    );
  });
});

describe("any file", () => {
  it("is known by its ending", async () => {
    expect(await refused("a.txt", "x")).toBe(
      'cannot read "~/a.txt": its name must end in .jsonl, .ndjson, .json, .csv, .tsv, .parquet (.gz or .zst after it)',
    );
  });

  it("may be stored under another name", async () => {
    expect((await readRows(folder.write("x.part", '{"a":1}'), "x.jsonl")).rows).toEqual([{ a: 1 }]);
  });

  it("is UTF-8", async () => {
    expect(await refused("latin.csv", Uint8Array.of(0x61, 0xe9, 0x0a))).toBe("~/latin.csv not UTF-8 text");
  });
});

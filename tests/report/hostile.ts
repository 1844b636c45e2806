import type { Segment } from "../../src/core/segment.ts";
import type { Database } from "../../src/adapters/store/sqlite.ts";
import type { ResultReader } from "../../src/ports/result-reader.ts";
import { studies } from "./fixture.ts";

/** Everything that a text can try, in a few words each. */
export const evil = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(2)>`,
  "</title></svg></style><svg onload=alert(3)>",
  "[x](javascript:alert(4))",
  "![i](https://evil.example/i.png)",
  "<https://evil.example/a>",
  "https://evil.example/b",
  "www.example.com",
  "[r]: javascript:alert(5)",
  "\u001b[2J\u001b]8;;https://evil.example\u0007",
  "\u009b31m",
  "\u202egnp.exe\u202c",
  "\u0000\ud800",
  "```\n# heading\n</details>\n~~~",
  '=HYPERLINK("https://evil.example")',
  "\\input{/etc/passwd}\\write18{touch owned}",
  "&lt;b&gt;&#60;i&#62;",
  "${alert(6)}{{7*7}}",
  "var(--plot-text)",
].join(" ");

/** One line of ten million signs. */
export const endless = "A".repeat(10_000_000);

const brief = `<b onclick=alert(7)>"'|\u001b[31m\u202e![](//evil.example)`;

/** A database in which nobody meant well: model, data set, problems, strings, thoughts and answers. */
export function hostile(length = 0): Readonly<{ reader: ResultReader; db: Database }> {
  const settings = [
    { max: 4, ignore: 0 },
    { max: null, ignore: 0 },
    { max: null, ignore: 1, continuation: brief },
    { max: null, ignore: 2, continuation: `${brief}2` },
  ];
  const twist = (segments: Segment[]): Segment[] =>
    segments.map((s) =>
      s.kind === "thinking" || s.kind === "answer"
        ? { ...s, text: `${evil}${endless.slice(0, s.kind === "thinking" ? length : 0)}` }
        : s,
    );
  const made = studies({ perLevel: 2, settings, model: `m ${brief}`, dataset: `d ${brief}`, twist });
  made.db
    .prepare("UPDATE problems SET problem = problem || ?, text = ?, target = ?, tags = json_set(tags, '$.level', ?)")
    .run(evil, evil, `=1+1 ${evil}`, `1 ${brief}`);
  made.db.prepare("UPDATE prompts SET text = ?").run(evil);
  made.db.prepare("UPDATE attempts SET answer = ?, error = ?, grader = ?").run(evil, evil, `exact ${brief}`);
  made.db
    .prepare("UPDATE runs SET record = json_set(record, '$.platform', ?, '$.warnings', json_array(?))")
    .run(evil, evil);
  made.db.prepare("UPDATE experiments SET text = ?").run(evil);
  return made;
}

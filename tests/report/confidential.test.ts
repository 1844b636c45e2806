import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeReport } from "../../src/report/write-report.ts";
import { studies, type Study } from "./fixture.ts";

const SECRET = "SECRETQUESTION";

/** Every question, choice, target, thought and answer holds a word that must not get out. */
async function filesOf(
  options: Readonly<{ confidential: boolean; showQuestions?: boolean }>,
  ...more: readonly Study[]
) {
  const { db, reader } = studies(
    {
      name: "gpqa",
      perLevel: 4,
      twist: (segments) =>
        segments.map((s) => (s.kind === "thinking" || s.kind === "answer" ? { ...s, text: `${SECRET} ${s.text}` } : s)),
    },
    ...more,
  );
  db.prepare("UPDATE problems SET text = ?, target = ?, tags = json_set(tags, '$.choice', ?)").run(
    `${SECRET}?`,
    `${SECRET}!`,
    SECRET,
  );
  db.prepare("UPDATE prompts SET text = ?").run(`<s>${SECRET}`);
  db.prepare("UPDATE attempts SET answer = ?, evidence = ?").run(SECRET, SECRET);
  if (options.confidential)
    db.exec(
      "UPDATE runs SET record = json_set(record, '$.datasets[0].confidential', json('true')) WHERE experiment = 1",
    );
  const outDir = mkdtempSync(join(tmpdir(), "report-"));
  await writeReport({
    reader,
    experiments: reader.experiments().map(({ name }) => name),
    outDir,
    showQuestions: options.showQuestions ?? false,
  });
  const names = readdirSync(outDir, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(html|md|csv|svg|tex|pdf)$/.test(name),
  );
  return new Map(names.map((name) => [name, readFileSync(join(outDir, name), "latin1")]));
}

const leaking = (files: ReadonlyMap<string, string>): readonly string[] =>
  [...files].filter(([, text]) => text.includes(SECRET)).map(([name]) => name);

test("no text of a confidential data set is in any file of a report, and it is said why and how to look", async () => {
  const files = await filesOf({ confidential: true });
  expect(leaking(files)).toEqual([]);
  for (const page of ["report.html", "report.md"]) {
    expect(files.get(page)).toContain("Questions, choices, thoughts and answers of arithmetic are not shown");
    expect(files.get(page)).toContain("overthink report gpqa --show-questions");
    expect(files.get(page)).toMatch(/SELECT origin, kind, text FROM v\\?_segments WHERE attempt = \d+/);
  }
});

test("in a comparison the other experiment does not show it either", async () => {
  const files = await filesOf({ confidential: true }, { name: "b", perLevel: 4, skill: -0.3 });
  expect(files.get("report.md")).toContain("Right with gpqa alone");
  expect(files.get("report.md")).toContain("Not shown: the authors of arithmetic");
  expect(leaking(files)).toEqual([]);
});

test("asked for they are shown, and other data sets always are", async () => {
  expect(leaking(await filesOf({ confidential: true, showQuestions: true }))).toEqual(["report.html", "report.md"]);
  expect(leaking(await filesOf({ confidential: false }))).toEqual(["report.html", "report.md"]);
});

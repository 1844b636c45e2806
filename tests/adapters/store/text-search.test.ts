import { expect, test } from "vitest";
import { saying } from "../../../src/adapters/store/said-words.ts";
import { sqlitePages } from "../../../src/adapters/store/sqlite-pages.ts";
import { forgetSearch, lookThrough } from "../../../src/adapters/store/text-search.ts";
import { studies } from "../../report/fixture.ts";

const { db } = studies({ perLevel: 4 });
db.exec("UPDATE spans SET text = text || ' Wait, no.' WHERE id % 3 = 0");
const having = db.prepare("SELECT id FROM spans WHERE instr(text, 'Wait') > 0").pluck();

test("a search goes on where it was, and finds what was stored since", () => {
  const over = performance.now() - 1;
  expect(lookThrough(db, "Wait", over)).toMatchObject({ share: 0, spans: [] });
  const whole = lookThrough(db, "Wait", Infinity);
  expect(whole.share).toBe(1);
  expect(whole.spans).toEqual(having.all());
  db.exec("INSERT INTO spans (hash, text, ids, tokens) VALUES (x'01', 'Wait for me', x'', 0)");
  const later = lookThrough(db, "Wait", over);
  expect(later.share).toBeLessThan(1);
  expect(lookThrough(db, "Wait", Infinity).spans).toEqual(having.all());
});

test("what says it no more is not shown, and is looked for anew", () => {
  const pages = sqlitePages(db);
  const filter = { order: "id", descending: true, limit: 50, words: "a word of one answer" } as const;
  db.exec(
    "UPDATE spans SET text = 'a word of one answer' WHERE id = (SELECT max(span) FROM segments WHERE kind = 'answer')",
  );
  const before = pages.attempts("figure", filter);
  expect(before.lines.length).toBeGreaterThan(0);
  db.exec("UPDATE spans SET text = 'another' WHERE text = 'a word of one answer'");
  expect(pages.attempts("figure", filter)).toEqual({ lines: [], searched: 0 });
  expect(pages.attempts("figure", filter)).toEqual({ lines: [], searched: 1 });
  forgetSearch(db, "Wait");
});

test("a count says how much of it is done, and is whole in the end", () => {
  const count = saying(db, { experiment: "figure", filter: {}, texts: ["Wait", "nowhere"] });
  count.goOn(-1);
  expect([count.share(), count.counts()]).toEqual([0, [0, 0]]);
  count.goOn(Infinity);
  const said = db
    .prepare(
      `SELECT count(DISTINCT s.attempt) FROM v_segments s JOIN v_attempts a ON a.id = s.attempt WHERE a.experiment = 'figure'
       AND s.kind = 'thinking' AND s.origin = 'sampled' AND instr(s.text, 'Wait') > 0`,
    )
    .pluck()
    .get();
  expect([count.share(), count.counts()]).toEqual([1, [said, 0]]);
  expect(Number(said)).toBeGreaterThan(0);
});

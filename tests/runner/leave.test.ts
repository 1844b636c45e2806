import { expect, it } from "vitest";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";

const settings = [{ max_thinking_tokens: [0, 4, 9] }].flatMap(({ max_thinking_tokens: budgets }) =>
  budgets.map((max_thinking_tokens) => ({ max_thinking_tokens })),
);
const perProblem = settings.length;

it("a run that is asked to leave ends the problems that it began, begins no other, and another run does the rest", async () => {
  const leaving = new AbortController();
  const next = hashModel(3);
  let asked = 0;
  const engine = toyEngine((...args) => {
    if (++asked === 12) leaving.abort(new Error("leave"));
    return next(...args);
  });
  const db = await runLab({ engine, settings, problems: 12, concurrency: 2, leave: leaving.signal });
  const attempts = scalar(db, "SELECT count(*) FROM attempts");
  expect(attempts).toBeGreaterThan(0);
  expect(attempts).toBeLessThan(12 * perProblem);
  const whole = scalar(db, "SELECT count(*) FROM (SELECT problem FROM attempts GROUP BY problem HAVING count(*) = 3)");
  expect(attempts).toBe(whole * perProblem);
  await runLab({ engine, settings, problems: 12, concurrency: 2, db });
  const once = toyEngine(hashModel(3));
  expect(attemptsOf(db)).toEqual(attemptsOf(await runLab({ engine: once, settings, problems: 12 })));
  expect(engine.decoded).toBe(once.decoded);
});

it("a run that is asked to leave before its first problem does nothing", async () => {
  const leaving = new AbortController();
  leaving.abort(new Error("leave"));
  const engine = toyEngine(hashModel(3));
  const db = await runLab({ engine, settings, problems: 2, concurrency: 8, leave: leaving.signal });
  expect([engine.decoded, scalar(db, "SELECT count(*) FROM attempts")]).toEqual([0, 0]);
});

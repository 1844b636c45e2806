import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { Double, Mishap } from "../doubles/http-double.ts";
import { closedModel, startNative, type NativeQuirks, type Shape } from "../doubles/native-double.ts";
import { ended, overthink, scratch, start } from "./overthink.ts";

const folder = scratch();
const open: Double[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

const serve = async (
  shape: Shape,
  quirks: NativeQuirks = {},
  setup: Parameters<typeof startNative>[2] = {},
): Promise<Double> => {
  const server = await startNative(shape, quirks, setup);
  open.push(server);
  return server;
};

type Written = Readonly<{
  knobs?: string;
  methods?: string;
  more?: string;
  sampling?: string;
  problems?: number;
  rest?: string;
}>;

const write = (
  name: string,
  server: Double,
  {
    knobs = "openai",
    methods = "- native-effort: { effort: [low, high] }",
    more = "",
    sampling = "{}",
    problems = 4,
    rest = "",
  }: Written = {},
): string => {
  const rows = Array.from({ length: problems }, (_, at) =>
    JSON.stringify({ id: `p${at}`, problem: `What is ${at} + ${at}?`, answer: String(at === 1 ? 99 : at + at) }),
  );
  writeFileSync(join(folder, `${name}.jsonl`), `${rows.join("\n")}\n`);
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
models:
  - { name: closed, engine: openai-native, base_url: "${server.url}/v1", model: ${closedModel}, knobs: ${knobs}${more} }
datasets:
  - { name: sums, path: ${name}.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: math }
methods:
  ${methods}
sampling: ${sampling}
${rest}`,
  );
  return path;
};

const rows = (db: string, sql: string): readonly unknown[] => {
  const opened = new Sqlite(join(folder, db), { readonly: true });
  try {
    return opened.prepare(sql).all();
  } finally {
    opened.close();
  }
};

const run = (file: string, db: string, ...more: readonly string[]) =>
  overthink(["run", file, "--db", join(folder, db), ...more], folder);

describe("a native model", () => {
  it("is swept over its own knob; rows say what its server reported and where", async () => {
    const server = await serve("deepseek");
    const file = write("effort", server, {
      knobs: "{ effort: none_such, thinking_budget: budget, max_output_tokens: max_tokens }",
      methods: "- native-effort: { max_output_tokens: [null, 12, 3] }",
    });
    const { code, stderr, stdout } = await run(file, "effort.db", "--json");
    expect([stderr, code]).toEqual([expect.stringContaining("12/12 attempts"), 0]);
    expect(
      rows(
        "effort.db",
        "SELECT label, problem, outcome, answer, thinking_tokens, answer_tokens, forced_tokens, dropped_tokens, decoded_tokens, reused_tokens, prompt_tokens, counts FROM v_attempts WHERE problem IN ('p1', 'p2') ORDER BY point, problem",
      ),
    ).toEqual(
      [
        ["as served", "p1", "incorrect", "2", 10, 4, 14],
        ["as served", "p2", "correct", "4", 10, 4, 14],
        ["output ≤12", "p1", "cut", null, 10, 2, 12],
        ["output ≤12", "p2", "cut", null, 10, 2, 12],
        ["output ≤3", "p1", "cut", null, 3, 0, 3],
        ["output ≤3", "p2", "cut", null, 3, 0, 3],
      ].map(([label, problem, outcome, answer, thinking, answered, output]) => ({
        label,
        problem,
        outcome,
        answer,
        thinking_tokens: thinking,
        answer_tokens: answered,
        forced_tokens: 0,
        dropped_tokens: null,
        decoded_tokens: output,
        reused_tokens: 0,
        prompt_tokens: 7,
        counts: "usage.completion_tokens_details.reasoning_tokens, usage.completion_tokens",
      })),
    );
    expect(
      rows(
        "effort.db",
        "SELECT s.origin, s.kind, s.text, s.tokens, s.token_ids, s.stop FROM v_segments s JOIN v_attempts a ON a.id = s.attempt WHERE a.problem = 'p2' AND a.label = 'output ≤12'",
      ),
    ).toEqual([
      {
        origin: "sampled",
        kind: "thinking",
        text: Array.from({ length: 10 }, (_, at) => `step${at} `).join(""),
        tokens: null,
        token_ids: "[]",
        stop: "delimiter",
      },
      { origin: "sampled", kind: "answer", text: "The answer ", tokens: null, token_ids: "[]", stop: "length" },
    ]);
    const { usage, points } = JSON.parse(stdout) as { usage: object; points: { mean_thinking_tokens: number }[] };
    expect(usage).toMatchObject({
      decoded_tokens: 4 * (14 + 12 + 3),
      reused_tokens: 0,
      naive_tokens: 116,
      requests: 12,
      prompt_tokens: 84,
      cached_tokens: 60,
    });
    expect(points.map((point) => point.mean_thinking_tokens)).toEqual([10, 10, 3]);
    expect(server.bodies).toHaveLength(12);
  });

  it("is never asked the same twice: not on a second run, not in a wider sweep, not in a second experiment", async () => {
    const server = await serve("openai");
    await run(write("first", server), "shared.db");
    expect(server.bodies).toHaveLength(8);
    const moved = await serve("openai");
    expect((await run(write("first", moved), "shared.db")).code).toBe(0);
    expect([server.bodies.length, moved.bodies.length]).toEqual([8, 0]);
    await run(
      write("wider", server, { methods: "- native-effort: { effort: [null, low, medium, high] }" }),
      "shared.db",
    );
    expect(server.bodies).toHaveLength(16);
    expect(
      rows(
        "shared.db",
        "SELECT label, decoded_tokens, reused_tokens FROM v_points WHERE experiment = 'wider' ORDER BY position",
      ),
    ).toEqual([
      { label: "as served", decoded_tokens: 56, reused_tokens: 0 },
      { label: "effort low", decoded_tokens: 0, reused_tokens: 32 },
      { label: "effort medium", decoded_tokens: 48, reused_tokens: 0 },
      { label: "effort high", decoded_tokens: 0, reused_tokens: 80 },
    ]);
    expect(
      rows("shared.db", "SELECT experiment, decoded_tokens, naive_tokens, requests FROM v_usage ORDER BY experiment"),
    ).toEqual([
      { experiment: "first", decoded_tokens: 112, naive_tokens: 112, requests: 8 },
      { experiment: "wider", decoded_tokens: 104, naive_tokens: 216, requests: 8 },
    ]);
  });

  it("is asked anew with --fresh, but for what another experiment relies on", async () => {
    const server = await serve("openai");
    await run(write("old", server), "fresh.db");
    await run(write("old", server), "fresh.db", "--fresh");
    expect(server.bodies).toHaveLength(16);
    await run(write("other", server, { methods: "- native-effort: { effort: low }" }), "fresh.db");
    await run(write("old", server), "fresh.db", "--fresh");
    expect(server.bodies).toHaveLength(20);
    expect(rows("fresh.db", "SELECT count(*) AS count FROM responses")).toEqual([{ count: 8 }]);
  });

  it("is asked anew for each epoch, each seed and with share: false", async () => {
    const server = await serve("openrouter");
    const methods = "- native-effort: { effort: low }";
    await run(
      write("epochs", server, { knobs: "openrouter", methods, sampling: "{ temperature: 1, epochs: 2 }" }),
      "again.db",
    );
    expect(new Set(server.bodies.map((body) => body["seed"])).size).toBe(8);
    await run(
      write("seeds", server, { knobs: "openrouter", methods, sampling: "{ temperature: 1, epochs: 2, seed: 2 }" }),
      "again.db",
    );
    expect(new Set(server.bodies.map((body) => body["seed"])).size).toBe(16);
    await run(
      write("apart", server, { knobs: "openrouter", methods, sampling: "{ temperature: 1, epochs: 2, share: false }" }),
      "again.db",
    );
    expect(server.bodies).toHaveLength(24);
  });

  it("that was stopped in the middle goes on where it was", async () => {
    const server = await serve("openai", {}, { delayMs: 30 });
    const file = write("stopped", server, { problems: 12, more: ", concurrency: 1" });
    const child = start(["run", file, "--db", join(folder, "stopped.db")], folder);
    while (server.bodies.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await ended(child);
    const kept = (rows("stopped.db", "SELECT count(*) AS count FROM responses")[0] as { count: number }).count;
    const before = server.bodies.length;
    expect((await run(file, "stopped.db")).code).toBe(0);
    expect(kept).toBeGreaterThan(2);
    expect(server.bodies.length - before).toBe(24 - kept);
    expect(
      rows("stopped.db", "SELECT count(*) AS attempts, count(DISTINCT point || problem) AS once FROM v_attempts"),
    ).toEqual([{ attempts: 24, once: 24 }]);
  });

  it("that reports nothing leaves NULL, never 0", async () => {
    const server = await serve("silent");
    const { code, stdout, stderr } = await run(write("silent", server), "silent.db");
    expect(code).toBe(0);
    expect(stderr).toContain(
      "warning: closed: its server reports no thinking tokens, so nobody can say whether its knobs had an effect",
    );
    expect(stdout).toContain("how many tokens were decoded was not reported");
    expect(
      rows(
        "silent.db",
        "SELECT DISTINCT thinking_tokens, answer_tokens, prompt_tokens, decoded_tokens, reused_tokens, counts FROM v_attempts",
      ),
    ).toEqual([
      {
        thinking_tokens: null,
        answer_tokens: null,
        prompt_tokens: null,
        decoded_tokens: null,
        reused_tokens: null,
        counts: "not reported",
      },
    ]);
    expect(
      rows("silent.db", "SELECT decoded_tokens, reused_tokens, naive_tokens, requests, prompt_tokens FROM v_usage"),
    ).toEqual([{ decoded_tokens: null, reused_tokens: null, naive_tokens: null, requests: 8, prompt_tokens: null }]);
    expect(rows("silent.db", "SELECT DISTINCT decoded_tokens, mean_thinking_tokens, accuracy FROM v_points")).toEqual([
      { decoded_tokens: null, mean_thinking_tokens: null, accuracy: 0.75 },
    ]);
    const report = await overthink(
      ["report", "silent", "--db", join(folder, "silent.db"), "--out", join(folder, "silent-report")],
      folder,
    );
    expect([report.stderr, report.code]).toEqual([expect.not.stringMatching(/TypeError/), 0]);
    expect((await overthink(["status", "--db", join(folder, "silent.db")], folder)).code).toBe(0);
  });

  it("that reports nothing stops under a ceiling that nothing could hold", async () => {
    const { stdout, code } = await run(
      write("capped", await serve("silent"), { rest: "limits: { tokens: 100000 }", problems: 8 }),
      "capped.db",
    );
    expect(stdout).toContain('the server of model "closed" does not report what it used');
    expect(code).toBe(1);
  });

  it("is stopped at a ceiling of tokens, and what is stored is kept", async () => {
    const server = await serve("openai");
    const { stdout, code } = await run(
      write("ceiling", server, { rest: "limits: { tokens: 60 }", problems: 12, more: ", concurrency: 1" }),
      "ceiling.db",
    );
    expect(stdout).toContain("stopped at the ceiling of 60 tokens");
    expect(code).toBe(75);
    expect(server.bodies.length).toBeLessThan(12);
    expect(rows("ceiling.db", "SELECT count(*) AS count FROM responses")).toEqual([{ count: server.bodies.length }]);
  });

  it("costs what its server counts, at the prices given", async () => {
    await run(write("priced", await serve("openai"), { more: ", price: { input: 1, output: 10 }" }), "priced.db");
    expect(rows("priced.db", "SELECT round(cost * 1e6) AS micro FROM v_usage")).toEqual([
      { micro: 8 * 7 + 10 * 4 * (8 + 20) },
    ]);
  });

  it("finishes with the results of a clean run where requests fail", async () => {
    const mishaps: readonly (Mishap | null)[] = [
      { kind: "status", status: 429, retryAfter: "0.05" },
      null,
      { kind: "garbage" },
      null,
      { kind: "status", status: 500 },
      null,
      { kind: "reset" },
      null,
    ];
    const sql =
      "SELECT label, problem, outcome, answer, thinking_tokens, answer_tokens, decoded_tokens FROM v_attempts ORDER BY point, problem";
    await run(write("mixed", await serve("openai", {}, { mishap: (count) => mishaps[count % 8] ?? null })), "mixed.db");
    await run(write("mixed", await serve("openai")), "clean.db");
    expect(rows("mixed.db", sql)).toEqual(rows("clean.db", sql));
    expect(
      (rows("mixed.db", "SELECT count(*) AS tries FROM v_tries WHERE error IS NOT NULL")[0] as { tries: number }).tries,
    ).toBeGreaterThan(3);
  });
});

describe("a knob without effect", () => {
  it("is not swept: two settings that give the same are refused before the run", async () => {
    const server = await serve("deepseek", { ignoresKnobs: true });
    const { code, stderr, stdout } = await run(
      write("ignored", server, { knobs: "{ effort: reasoning_effort }" }),
      "ignored.db",
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /model "closed": effort low and effort high gave the same thought and answer on the first 3 problems: the knob has no effect/,
    );
    expect(server.bodies).toHaveLength(6);
    expect(rows("ignored.db", "SELECT count(*) AS count FROM experiments")).toEqual([{ count: 0 }]);
  });

  it("is refused where a budget is passed over", async () => {
    const file = write("passed", await serve("openrouter", { ignoresKnobs: true }), {
      knobs: "openrouter",
      methods: "- native-effort: { thinking_budget: [4, 8000] }",
    });
    expect((await run(file, "passed.db")).stderr).toMatch(/thinking ≤4 and thinking ≤8000 gave the same/);
  });

  it("is told of after the run where a budget was never reached", async () => {
    const file = write("unreached", await serve("openrouter"), {
      knobs: "openrouter",
      methods: "- native-effort: { thinking_budget: [4, 4000, 8000] }",
    });
    const { code, stderr } = await run(file, "unreached.db");
    expect(code).toBe(0);
    expect(stderr).toContain(
      "warning: closed on sums: thinking ≤4000 and thinking ≤8000 gave equal thinking tokens on all 4 problems: the knob had no effect",
    );
    expect(stderr.match(/warning:/g)).toHaveLength(1);
  });
});

describe("what does not fit", () => {
  const refused = async (file: string, ...args: string[]) => {
    const { code, stderr, stdout } = await overthink(
      args.length > 0 ? args : ["run", file, "--db", join(folder, "none.db")],
      folder,
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr.trimEnd();
  };

  it("budget forcing is refused when planned and when run, with the reason and what fits, and nothing is asked", async () => {
    const server = await serve("openai");
    const file = write("forcing", server, { methods: "- budget-forcing: { max_thinking_tokens: [0, 16] }" });
    for (const stderr of [await refused(file), await refused(file, "plan", file)]) {
      expect(stderr).toMatch(
        /model "closed" cannot continue a thought, so budget-forcing cannot be run on it: .*methods for it: native-effort/,
      );
      expect(stderr.split("\n")).toHaveLength(1);
    }
    expect(server.bodies).toEqual([]);
  });

  it("native-effort is refused on an engine that continues ids", async () => {
    const file = write("open", await serve("openai"));
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/- \{ name: closed.*/, "- { name: toy, engine: scripted, format: pico }"),
    );
    expect(await refused(file)).toMatch(
      /native-effort turns the knobs of a native model, and model "toy" has none: engine scripted continues token ids .*methods for it: .*budget-forcing/,
    );
  });

  it("a knob that the server has no field for is refused", async () => {
    expect(
      await refused(
        write("field", await serve("openai"), { methods: "- native-effort: { thinking_budget: [100, 200] }" }),
      ),
    ).toMatch(/model "closed": its server has no field for thinking_budget/);
  });

  it("a knob beyond the context is refused", async () => {
    expect(
      await refused(
        write("beyond", await serve("openai"), {
          more: ", context_length: 1000",
          methods: "- native-effort: { max_output_tokens: 2000 }",
        }),
      ),
    ).toMatch(/output ≤2000 is more than its context_length of 1000/);
  });

  it("a format is an unknown key", async () => {
    expect(await refused(write("format", await serve("openai"), { more: ", format: pico" }))).toMatch(
      /format: unknown key/,
    );
  });

  it("a request that the server does not take is one line, before the run", async () => {
    expect(await refused(write("extra", await serve("openai"), { more: ", extra: { temperature: 0 }" }))).toMatch(
      /model "closed" at effort low: .*Unsupported parameter: 'temperature'/,
    );
  });
});

describe("the key", () => {
  it("is in no database, no log, no error and no report", async () => {
    const key = "planted-key-0123456789";
    process.env["PLANTED_KEY"] = key;
    const server = await serve(
      "openai",
      {},
      { key, mishap: (count) => (count % 3 === 0 ? { kind: "status", status: 500 } : null) },
    );
    const file = write("secret", server, { more: ", api_key_env: PLANTED_KEY" });
    const { code, stdout, stderr } = await run(file, "secret.db");
    const report = await overthink(
      ["report", "secret", "--db", join(folder, "secret.db"), "--out", join(folder, "secret-report")],
      folder,
    );
    delete process.env["PLANTED_KEY"];
    expect([code, report.code]).toEqual([0, 0]);
    expect(stderr).toContain(`model closed: the value of PLANTED_KEY is sent to ${new URL(server.url).host}`);
    expect(JSON.stringify(rows("secret.db", "SELECT error FROM v_tries WHERE error IS NOT NULL"))).toContain(
      "[redacted]",
    );
    const everything = ["secret.db", "secret.db-wal"].flatMap((name) => {
      try {
        return [readFileSync(join(folder, name), "latin1")];
      } catch {
        return []; // no write-ahead log is left where the run ended well
      }
    });
    for (const text of [stdout, stderr, report.stdout, report.stderr, ...everything]) expect(text).not.toContain(key);
  });
});

describe("overthink check", () => {
  it("says what a native model reports and whether its knob does anything", async () => {
    const { stdout, code } = await overthink(
      ["check", write("checked", await serve("openrouter"), { knobs: "openrouter" })],
      folder,
    );
    expect(stdout).toMatch(/ok {4}thinking tokens\s+usage\.completion_tokens_details\.reasoning_tokens/);
    expect(stdout).toMatch(/ok {4}native-effort\s+effort low: 4, effort high: 16 thinking tokens on the first problem/);
    expect(code).toBe(0);
  });

  it("fails where the knob does nothing", async () => {
    const file = write("idle", await serve("deepseek", { ignoresKnobs: true }), {
      knobs: "{ effort: reasoning_effort }",
    });
    const { stdout, code } = await overthink(["check", file], folder);
    expect(stdout).toMatch(/FAIL {2}knobs\s+.*gave the same thought and answer/);
    expect(code).toBe(1);
  });
});

describe("overthink grade", () => {
  it("grades stored answers again, from their texts", async () => {
    await run(write("graded", await serve("openai"), { methods: "- native-effort: { effort: low }" }), "graded.db");
    const { stdout, code } = await overthink(
      ["grade", "graded", "--db", join(folder, "graded.db"), "--grader", "numeric", "--json"],
      folder,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      agreement: [
        { stored: "correct", fresh: "correct", attempts: 3 },
        { stored: "incorrect", fresh: "incorrect", attempts: 1 },
      ],
    });
  });
});

describe("overthink plan", () => {
  it("counts each setting in full: nothing is shared between them", async () => {
    const server = await serve("openai");
    const { stdout, code } = await overthink(
      [
        "plan",
        write("planned", server),
        "--natural",
        "100",
        "--answer",
        "10",
        "--json",
        "--db",
        join(folder, "nothing.db"),
      ],
      folder,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      attempts: 8,
      requests: 8,
      decoded_tokens: 8 * 110,
      naive_tokens: 8 * 110,
    });
    expect(server.bodies).toEqual([]);
  });
});

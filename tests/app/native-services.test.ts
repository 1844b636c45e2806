import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { keyVariable } from "../../src/adapters/engine/native/services.ts";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { startAnthropic } from "../doubles/services/anthropic.ts";
import { startGemini } from "../doubles/services/gemini.ts";
import { type ChatService, completionFor, responseFor, shapes, startChat } from "../doubles/services/openai.ts";
import type { Json, RawService } from "../doubles/services/raw.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-services-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
process.env["CLOSED_API_KEY"] = "key-1";
const open: RawService[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

type Answer = (body: Json, count: number) => Json | null;

const start = async (service: string, answer?: Answer): Promise<RawService> => {
  const quirks = answer ? { answer } : {};
  const server = await (service === "anthropic"
    ? startAnthropic(quirks)
    : service === "gemini"
      ? startGemini(quirks)
      : startChat(service as ChatService, quirks));
  open.push(server);
  return server;
};

const addressOf = (service: string, { url }: RawService): string =>
  service === "anthropic" || service === "gemini" ? url : `${url}${shapes[service as ChatService].prefix}`;

type Written = Readonly<{ efforts: string; more?: string; rest?: string; problems?: number }>;

let files = 0;

const write = (
  service: string,
  model: string,
  server: RawService,
  { efforts, more = "", rest = "", problems = 4 }: Written,
) => {
  const engine =
    service === "anthropic" || service === "gemini"
      ? `engine: ${service}`
      : `engine: openai-native, service: ${service}`;
  const name = `swept-${files++}`;
  const lines = Array.from({ length: problems }, (_, at) =>
    JSON.stringify({ id: `p${at}`, problem: `What is ${at} + ${at}?`, answer: String(at === 1 ? 99 : at + at) }),
  );
  writeFileSync(join(folder, `${name}.jsonl`), `${lines.join("\n")}\n`);
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
models:
  - { name: closed, ${engine}, model: "${model}", base_url: "${addressOf(service, server)}", api_key_env: CLOSED_API_KEY${more} }
datasets:
  - { name: sums, path: ${name}.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: math }
methods:
  - native-effort: { effort: ${efforts} }
${rest}`,
  );
  return { path, db: join(folder, `${name}.db`) };
};

const rows = (db: string, sql: string): readonly Record<string, unknown>[] => {
  const opened = new Sqlite(db, { readonly: true });
  try {
    return opened.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    opened.close();
  }
};

const run = async ({ path, db }: { path: string; db: string }) => (await openExperiment(path, { db })).run();

const points =
  "SELECT label, correct, incorrect, errors, mean_thinking_tokens AS thinking, mean_answer_tokens AS answer FROM v_points ORDER BY position";

describe("an effort sweep in one line of YAML", () => {
  it.each([
    ["openai", "gpt-5.4", ["none", "low", "high"], [0, 4, 16]],
    ["openrouter", "openai/gpt-5.4", ["none", "low", "high"], [0, 4, 16]],
    ["deepseek", "deepseek-v4-pro", ["none", "low", "max"], [0, 4, 64]],
    ["mistral", "mistral-medium-2604", ["none", "high"], [null, null]],
    ["xai", "grok-4.3", ["none", "low", "high"], [0, 4, 16]],
    ["qwen", "qwen3.8-max", ["none", "low", "xhigh"], [0, 4, 32]],
    ["groq", "openai/gpt-oss-120b", ["low", "medium", "high"], [4, 8, 16]],
    ["together", "openai/gpt-oss-120b", ["low", "high"], [null, null]],
    ["anthropic", "claude-opus-4-8", ["none", "low", "max"], [0, 4, 64]],
    ["gemini", "gemini-3.1-pro-preview", ["low", "medium", "high"], [4, 8, 16]],
  ] as const)("of %s (%s) over %j ends with %j thinking tokens", async (service, model, efforts, thinking) => {
    // The list of July has no price of it.
    const more = service === "qwen" ? ", price: { input: 1, output: 2 }" : "";
    const file = write(service, model, await start(service), { efforts: JSON.stringify(efforts), more });
    expect(await run(file)).toMatchObject({ status: "finished", errors: 0 });
    expect(rows(file.db, points)).toEqual(
      efforts.map((effort, at) => ({
        label: `effort ${effort}`,
        correct: 3,
        incorrect: 1,
        errors: 0,
        thinking: thinking[at],
        answer: thinking[at] === null ? null : 4,
      })),
    );
    const [usage] = rows(file.db, "SELECT requests, cost, unknown_costs FROM v_usage");
    expect(usage).toMatchObject({ requests: 4 * efforts.length, unknown_costs: 0 });
    expect(usage?.["cost"]).toBeGreaterThan(0);
    const [served] = rows(file.db, "SELECT DISTINCT ending, served_model FROM v_attempts");
    expect(served).toMatchObject({ ending: "stop", served_model: expect.any(String) });
  });

  it("costs what the reply names, else the listed price with what was cached", async () => {
    const router = write("openrouter", "openai/gpt-5.4", await start("openrouter"), { efforts: "low" });
    await run(router);
    expect(rows(router.db, "SELECT DISTINCT cost, cost_source, provider FROM v_responses")).toEqual([
      { cost: 0.0123, cost_source: "usage.cost", provider: "Supplier" },
    ]);
    const listed = write("openai", "gpt-5.4", await start("openai"), { efforts: "low" });
    await run(listed);
    const [{ cost } = {}] = rows(listed.db, "SELECT DISTINCT cost FROM v_attempts");
    expect(cost).toBeCloseTo((4 * 2.5 + 3 * 0.25 + 8 * 15) / 1e6, 12);
    const own = write("openai", "gpt-5.4", await start("openai"), {
      efforts: "low",
      more: ", price: { input: 1, output: 2, cached_input: 0 }, extra: { service_tier: flex }",
    });
    await run(own);
    const [flex] = rows(own.db, "SELECT DISTINCT cost, service_tier FROM v_attempts");
    expect(flex).toMatchObject({ service_tier: "flex", cost: expect.closeTo((4 * 1 + 8 * 2) / 2e6, 12) });
  });
});

describe("ends of replies", () => {
  it("are kept with the outcome; what was refused, filtered, cut or empty is never graded", async () => {
    const answer = (sent: Json): Json | null => {
      const text = String(sent["input"]);
      const whole = responseFor(sent);
      const message = (part: Json) => [{ type: "message", content: [part] }];
      if (text.includes("0 + 0")) return { ...whole, output: message({ type: "refusal", refusal: "The answer is 0" }) };
      const incomplete = (reason: string) => ({ ...whole, status: "incomplete", incomplete_details: { reason } });
      if (text.includes("1 + 1")) return incomplete("content_filter");
      if (text.includes("2 + 2")) return incomplete("max_output_tokens");
      if (text.includes("3 + 3")) return { ...whole, output: message({ type: "output_text", text: " " }) };
      return null;
    };
    const server = await start("openai", answer);
    const file = write("openai", "gpt-5.4", server, { efforts: "low", problems: 5 });
    const result = await run(file);
    const stored = "SELECT problem, outcome, answer, ending, finish_reason, rule FROM v_attempts ORDER BY problem";
    const ends = [
      ["p0", "no-answer", "refusal", "completed", "the model refused to answer"],
      ["p1", "no-answer", "content-filter", "content_filter", "a filter of the service stopped the reply"],
      ["p2", "cut", "length", "max_output_tokens", null],
      ["p3", "no-answer", "empty", "completed", "the reply is empty"],
      ["p4", "correct", "stop", "completed", expect.any(String)],
    ].map(([problem, outcome, ending, finish_reason, rule]) => ({
      problem,
      outcome,
      answer: outcome === "correct" ? "8" : null,
      ending,
      finish_reason,
      rule,
    }));
    expect(rows(file.db, stored)).toEqual(ends);
    expect(rows(file.db, "SELECT refused, no_answer, cut FROM v_points")).toEqual([
      { refused: 2, no_answer: 3, cut: 1 },
    ]);
    expect(result.warnings).toContain(
      "closed: 1 replies are refusals and 1 were stopped by a filter: no answers of the model",
    );
    // A second look does not grade them either.
    const again = await (await openExperiment(file.path, { db: file.db })).regrade("numeric");
    expect(again.map(({ fresh }) => fresh)).toEqual(["no-answer", "no-answer", "cut", "no-answer", "correct"]);
  });

  it("that broke off each time are errors, asked again by the next run", async () => {
    let broken = true;
    const answer = (sent: Json): Json | null => {
      if (!broken || !JSON.stringify(sent).includes("3 + 3")) return null;
      return {
        ...completionFor("deepseek", sent),
        choices: [{ index: 0, message: { content: "6" }, finish_reason: "aborted" }],
      };
    };
    const server = await start("deepseek", answer);
    const file = write("deepseek", "deepseek-v4-pro", server, { efforts: "low" });
    expect(await run(file)).toMatchObject({ errors: 1 });
    expect(rows(file.db, "SELECT outcome, ending, answer, error FROM v_attempts WHERE problem = 'p3'")).toEqual([
      { outcome: "error", ending: "interruption", answer: null, error: "the reply broke off: aborted, 3 times" },
    ]);
    expect(rows(file.db, "SELECT unknown_costs FROM v_usage")).toEqual([{ unknown_costs: 3 }]);
    broken = false;
    expect(await run(file)).toMatchObject({ errors: 0 });
    expect(rows(file.db, "SELECT outcome, ending FROM v_attempts WHERE problem = 'p3'")).toEqual([
      { outcome: "correct", ending: "stop" },
    ]);
  });

  it("a thought in front of the answer is split off", async () => {
    const answer = (sent: Json): Json => ({
      ...completionFor("together", sent),
      choices: [{ index: 0, message: { content: "<think>2? no</think>\n\nThe answer is 0" }, finish_reason: "stop" }],
    });
    const file = write("together", "openai/gpt-oss-120b", await start("together", answer), {
      efforts: "low",
      problems: 1,
    });
    await run(file);
    expect(rows(file.db, "SELECT kind, text FROM v_segments ORDER BY position")).toEqual([
      { kind: "thinking", text: "2? no" },
      { kind: "answer", text: expect.stringMatching(/^\s*The answer is 0$/) },
    ]);
  });
});

describe("what a model does not take is refused before anybody is asked", () => {
  const refused = async (service: string, model: string, written: Written & { methods?: string }) => {
    const server = await start(service);
    const file = write(service, model, server, written);
    await expect(
      openExperiment(file.path, written.methods ? { set: [`methods=${written.methods}`] } : {}),
    ).rejects.toThrow();
    const error: unknown = await openExperiment(
      file.path,
      written.methods ? { set: [`methods=${written.methods}`] } : {},
    ).catch((reason: unknown) => reason);
    expect(server.asked).toEqual([]);
    return String((error as { errors?: unknown[] }).errors?.[0] ?? error);
  };

  it.each([
    ["openai", "gpt-5.4", "max", /gpt-5\.4 takes the efforts none, low, medium, high, xhigh, not "max"/],
    ["deepseek", "deepseek-v4-pro", "medium", /takes the efforts none, low, high, max, not "medium"/],
    ["qwen", "qwen3.8-max", "high", /takes the efforts none, low, medium, xhigh, not "high"/],
    ["xai", "grok-4", "low", /grok-4 takes no effort, not "low"/],
    ["mistral", "magistral-medium-latest", "high", /takes no effort/],
    ["anthropic", "claude-opus-4-6", "xhigh", /takes the efforts none, low, medium, high, max, not "xhigh"/],
    ["anthropic", "claude-fable-5", "none", /takes the efforts low, medium, high, xhigh, max, not "none"/],
    ["anthropic", "claude-opus-5-5", "none", /not "none"/],
    ["gemini", "gemini-3.1-pro-preview", "minimal", /takes the efforts low, medium, high, not "minimal"/],
    ["gemini", "gemini-2.5-pro", "low", /takes no effort/],
  ])("%s %s: effort %s", async (service, model, effort, message) => {
    expect(await refused(service, model, { efforts: effort })).toMatch(message);
  });

  it.each([
    ["anthropic", "claude-opus-4-8", 2048, /claude-opus-4-8 takes no thinking_budget/],
    ["anthropic", "claude-sonnet-4-5", 512, /takes a thinking_budget of at least 1024, not 512/],
    ["gemini", "gemini-2.5-pro", 0, /takes a thinking_budget of 128 to 32768, not 0/],
    ["gemini", "gemini-3.1-pro-preview", 128, /takes no thinking_budget/],
    ["openrouter", "anthropic/claude-opus-4.8", 4000, /takes no thinking_budget/],
  ])("%s %s: a budget of %i", async (service, model, budget, message) => {
    const methods = `[{ native-effort: { thinking_budget: ${budget} } }]`;
    expect(await refused(service, model, { efforts: "low", methods })).toMatch(message);
  });

  it.each([
    ["openrouter", "x/y"],
    ["qwen", "qwen9"],
    ["gemini", "gemini-9"],
  ])("%s: an effort and a budget together", async (service, model) => {
    const methods = "[{ native-effort: { effort: low, thinking_budget: 4000 } }]";
    expect(await refused(service, model, { efforts: "low", methods, more: ", efforts: [low]" })).toMatch(
      /takes an effort or a thinking_budget, not both|takes no thinking_budget/,
    );
  });

  it("and what a user says of the model goes over the list", async () => {
    const server = await start("openai");
    const file = write("openai", "gpt-5.4", server, { efforts: "ultra", more: ", efforts: [ultra]" });
    // Then the service has the word: one line, before the run.
    await expect(run(file)).rejects.toThrow(
      /at effort ultra: .*400 Invalid value: 'ultra'. Supported values are: none/,
    );
  });
});

describe("sampling fields", () => {
  const sent = async (service: string, model: string, rest: string) => {
    const server = await start(service);
    const file = write(service, model, server, { efforts: service === "qwen" ? "xhigh" : "high", rest });
    const notes: string[] = [];
    await (await openExperiment(file.path, { db: file.db, onNote: (note) => notes.push(note) })).run();
    const body = server.asked.find(({ method }) => method === "POST")?.body ?? {};
    return { body: { ...body, ...(body["generationConfig"] as Json | undefined) }, notes };
  };

  it.each([
    ["openrouter", "openai/gpt-5.4"],
    ["mistral", "mistral-medium-2604"],
    ["gemini", "gemini-3.1-pro-preview"],
    ["together", "openai/gpt-oss-120b"],
  ])("that nobody wrote are not sent to %s", async (service, model) => {
    const { body } = await sent(service, model, "");
    for (const name of ["temperature", "top_p", "topP", "top_k", "min_p"]) expect(body).not.toHaveProperty(name);
  });

  it("that the file has are sent where the model takes them", async () => {
    const rest = "sampling: { temperature: 0, top_p: 0.9 }";
    expect((await sent("mistral", "mistral-medium-2604", rest)).body).toMatchObject({ temperature: 0, top_p: 0.9 });
    const qwen = await sent("qwen", "qwen3.8-max", rest);
    expect(qwen.body).toMatchObject({ top_p: 0.9 });
    expect(qwen.body).not.toHaveProperty("temperature");
    const gemini = await sent("gemini", "gemini-3.1-pro-preview", rest);
    expect(gemini.body).toMatchObject({ topP: 0.9 });
    expect(gemini.body).not.toHaveProperty("temperature");
    expect(gemini.notes).toContainEqual(expect.stringContaining("whose defaults apply: temperature"));
  });
});

describe("the key of a maker", () => {
  it("goes to the maker's own address, and elsewhere only by the name that the file gives", () => {
    const at = { base_url: "https://api.anthropic.com", api_key_env: undefined };
    expect(keyVariable("anthropic", at)).toBe("ANTHROPIC_API_KEY");
    expect(keyVariable("anthropic", { ...at, base_url: "https://elsewhere.example" })).toBeUndefined();
    expect(keyVariable("gemini", { base_url: "https://elsewhere.example", api_key_env: "MY_KEY" })).toBe("MY_KEY");
  });
});

describe("packages that are not installed", () => {
  it("are named in one line", async () => {
    const { loadOptional } = await import("../../src/adapters/engine/native/load-optional.ts");
    await expect(
      loadOptional({ engine: "anthropic", name: "@anthropic-ai/sdk" }, () =>
        Promise.reject(new Error("Cannot find package")),
      ),
    ).rejects.toMatchObject({
      message: "engine anthropic needs the package @anthropic-ai/sdk, which is not installed",
      hint: "npm install @anthropic-ai/sdk",
    });
  });
});

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createOpenAIEngine, type OpenAIInput } from "../../src/adapters/engine/openai/engine.ts";
import { sqliteModels } from "../../src/adapters/store/sqlite-models.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { recognise } from "../../src/app/recognise.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { identityOf, type PreparedModel } from "../../src/runner/prepared.ts";
import { serveScripted } from "../server/serve-harness.ts";
import { startLlamaServer } from "../doubles/llama-server-double.ts";
import { startSglang } from "../doubles/sglang-double.ts";
import { model, startVllm, type VllmQuirks } from "../doubles/vllm-double.ts";

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
const opened = async <T extends { close: () => Promise<void> }>(thing: Promise<T>): Promise<T> => {
  const there = await thing;
  open.push(there);
  return there;
};

const database = () => sqliteModels(openDatabase(join(mkdtempSync(join(tmpdir(), "overthink-models-")), "a.db")));

const prepared = (engine: Engine): PreparedModel => ({
  name: "mine",
  engine,
  prompt: async () => ({ ids: [], text: "" }),
  delimiters: { thinkingStart: [], thinkingEnd: [], endOfTurn: [], answerCue: [] },
  price: null,
});

const connect = (input: Partial<OpenAIInput> & Pick<OpenAIInput, "base_url">) =>
  opened(createOpenAIEngine({ model, dialect: "vllm", ...input }));

/** The key that the chains of this server have in this database, and what the user is told. */
const meet = async (
  store: ReturnType<typeof database>,
  quirks: VllmQuirks,
  options: Partial<OpenAIInput> = {},
): Promise<Readonly<{ key: string; notes: readonly string[] }>> => {
  const { url } = await opened(startVllm(quirks));
  const { model: known, notes } = await recognise(prepared(await connect({ base_url: url, ...options })), store);
  return { key: JSON.stringify(identityOf(known)), notes };
};

describe("a model on a server", () => {
  it("is the same at another address, with other limits, another number of requests and other time-outs", async () => {
    const store = database();
    const before = await meet(store, {});
    const moved = await meet(store, {}, { concurrency: 3, timeouts: { stall: 9 }, context_length: 128 });
    expect([before.notes, moved]).toEqual([[], before]);
    expect(before.key).not.toContain("127.0.0.1");
  });

  it("is another with other weights, whatever name, root and address say", async () => {
    const store = database();
    const before = await meet(store, {});
    const other = await meet(store, { weights: "others" });
    expect(other.key).not.toBe(before.key);
    expect(other.notes).toEqual([
      expect.stringMatching(
        /^model "mine": it is not the model that was used under this name before \(after ".+" token \d was \d+ and is \d+\): it gets chains of its own$/,
      ),
    ]);
    expect(await meet(store, {})).toEqual(before);
    expect(await meet(store, { weights: "others" })).toEqual({ key: other.key, notes: [] });
  });

  it("is told from others without log-probabilities too", async () => {
    const store = database();
    const { key } = await meet(store, { noLogprobs: true });
    expect((await meet(store, { noLogprobs: true, weights: "others" })).key).not.toBe(key);
    expect((await meet(store, {})).key).toBe(key);
  });

  it("is another with another root or length, and is named by what differs", async () => {
    const store = database();
    const { key } = await meet(store, {});
    const rooted = await meet(store, { root: "org/other" });
    expect(rooted.key).not.toBe(key);
    expect(rooted.notes).toEqual([expect.stringContaining("(root was org/fake, is org/other)")]);
    expect((await meet(store, { maxModelLen: 200 })).key).not.toBe(key);
  });

  it("is the same when its numbers are rounded otherwise; more than that is said", async () => {
    const store = database();
    const { key } = await meet(store, {});
    expect(await meet(store, { noise: 0.01 })).toEqual({ key, notes: [] });
    expect(await meet(store, { noise: 0.05 })).toEqual({
      key,
      notes: [
        'model "mine": log-probabilities differ by 0.050 on average; if its weights changed, say so with `revision`',
      ],
    });
  });

  it("is the same under a new version of the server, which is said", async () => {
    const store = database();
    const { key } = await meet(store, {});
    expect(await meet(store, { version: "0.12.0" })).toEqual({
      key,
      notes: ['model "mine": since it was last used version was 0.11.0, is 0.12.0'],
    });
    expect((await meet(store, { version: "0.12.0" })).notes).toEqual([]);
  });

  it("is another with another revision, and in another dialect", async () => {
    const store = database();
    const { key } = await meet(store, {});
    expect((await meet(store, {}, { revision: "step 200" })).key).not.toBe(key);
    const identities = [];
    for (const [dialect, start] of [
      ["sglang", startSglang],
      ["llama-server", startLlamaServer],
    ] as const) {
      const { url } = await opened(start());
      identities.push((await connect({ base_url: url, dialect })).info.identity);
    }
    expect(identities).toEqual([
      { engine: "openai", dialect: "sglang", model_path: "org/fake", tokenizer_path: "org/fake" },
      {
        engine: "openai",
        dialect: "llama-server",
        model_path: "fake.gguf",
        meta: { n_vocab: expect.any(Number) as number, n_ctx_train: expect.any(Number) as number },
        cache_prompt: true,
      },
    ]);
  });

  it("costs a few dozen tokens to recognise, each of which is on record", async () => {
    const { url, bodies } = await opened(startVllm());
    const tries: (number | null)[] = [];
    const engine = await opened(
      createOpenAIEngine({ base_url: url, model, dialect: "vllm" }, {}, { onTry: ({ tokens }) => tries.push(tokens) }),
    );
    const before = bodies.length;
    await recognise(prepared(engine), database());
    expect(bodies.length - before).toBe(6);
    expect(tries.reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0)).toBe(48);
  });

  it("must be the same at all addresses of a pool", async () => {
    const urls = async (quirks: VllmQuirks) =>
      Promise.all([opened(startVllm()), opened(startVllm(quirks))]).then((both) => both.map(({ url }) => url));
    const alike = await connect({ base_url: await urls({ noise: 0.01 }) });
    await expect(recognise(prepared(alike), database())).resolves.toMatchObject({ notes: [] });
    const mixed = await connect({ base_url: await urls({ weights: "others" }) });
    await expect(recognise(prepared(mixed), database())).rejects.toThrow(/serve different models under one name/);
    await expect(connect({ base_url: await urls({ root: "org/other" }) })).rejects.toThrow(/serve different models as/);
  });
});

describe("a model on our own serve", () => {
  const meetServed = async (store: ReturnType<typeof database>, end_thinking: number) => {
    const { server, close } = await serveScripted({}, { seeded: { end_thinking } });
    open.push({ close });
    const engine = await connect({ base_url: server.url, model: "pico" });
    return JSON.stringify(identityOf((await recognise(prepared(engine), store)).model));
  };

  it("is known by its own identity at any address", async () => {
    const store = database();
    const [first, again, other] = [
      await meetServed(store, 0.02),
      await meetServed(store, 0.02),
      await meetServed(store, 0.9),
    ];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe("a model in this process", () => {
  it("is known by its file; a new version of what decodes it is said", async () => {
    const store = database();
    const info = (version: string) => ({
      identity: { engine: "llama", sha256: "abc" },
      facts: { engine: "llama", sha256: "abc", llama_cpp: version, threads: 1 },
    });
    const engine = (version: string) => ({ info: info(version) }) as unknown as Engine;
    expect(await recognise(prepared(engine("b1")), store)).toMatchObject({ notes: [] });
    const { model: known, notes } = await recognise(prepared(engine("b2")), store);
    expect(identityOf(known)).toEqual({ engine: "llama", sha256: "abc" });
    expect(notes).toEqual(['model "mine": since it was last used llama_cpp was b1, is b2']);
  });
});

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { hubModelIn } from "../../src/adapters/hub/hub-model.ts";
import { cachedModels, findModel } from "../../src/adapters/hub/model-cache.ts";
import { pullModel } from "../../src/adapters/hub/pull-model.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { packageRoot } from "../../src/experiment/paths.ts";
import { refusal, testFolder } from "./folder.ts";

const pico = readFileSync(join(packageRoot() ?? ".", "models/pico/pico.gguf"));
const hash = createHash("sha256").update(pico).digest("hex");
const commit = "c".repeat(40);

type World = {
  files: readonly string[];
  content: Buffer;
  etag: string;
  cutAfter: number | null;
  tokens: (string | undefined)[];
  gated: boolean;
  down: boolean;
};

/** A server on this machine that behaves like the Hub for models. */
const startHub = async (): Promise<Readonly<{ env: Record<string, string>; world: World }>> => {
  const world: World = {
    files: ["README.md", "pico.gguf"],
    content: pico,
    etag: hash,
    cutAfter: null,
    tokens: [],
    gated: false,
    down: false,
  };
  const server = createServer((request, response) => {
    world.tokens.push(request.headers.authorization);
    if (world.down) return void response.writeHead(503).end();
    if (world.gated && request.headers.authorization !== "Bearer good")
      return void response.writeHead(401, { "x-error-code": "GatedRepo" }).end();
    if (request.url?.startsWith("/api/models/me/pico/revision/"))
      return void response.end(JSON.stringify({ siblings: world.files.map((rfilename) => ({ rfilename })) }));
    if (!/^\/me\/pico\/resolve\/[^/]+\/pico\.gguf$/.test(request.url ?? ""))
      return void response
        .writeHead(404, { "x-error-code": request.url?.startsWith("/me/pico/") ? "EntryNotFound" : "RepoNotFound" })
        .end();
    const etag = `"${world.etag}"`;
    const head = { etag, "x-linked-etag": etag, "x-repo-commit": commit };
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, head).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const body = world.content.subarray(from);
    const range =
      from > 0 ? { "content-range": `bytes ${from}-${world.content.length - 1}/${world.content.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { ...head, ...range, "content-length": body.length });
    if (world.cutAfter === null) return void response.end(body);
    response.write(body.subarray(0, world.cutAfter), () => setTimeout(() => response.destroy(), 50));
    world.cutAfter = null;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { env: { HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, world };
};

const folder = testFolder();
let caches = 0;

const fresh = async () => {
  const { env, world } = await startHub();
  const cacheDir = join(folder.path, `cache${caches++}`);
  const pull = (name: string, more: Record<string, string> = {}) => {
    const model = hubModelIn(name);
    if (!model) throw new Error(name);
    return pullModel(model, { cacheDir, env: { ...env, ...more }, tries: 2, backoffMs: 1 });
  };
  return { world, cacheDir, pull };
};

describe("a model's name", () => {
  it.each([
    ["me/pico", { id: "me/pico", revision: "main", file: null }],
    ["me/pico:a/b.gguf", { id: "me/pico", revision: "main", file: "a/b.gguf" }],
    [`me/pico@${commit}:b.gguf`, { id: "me/pico", revision: commit, file: "b.gguf" }],
    ["pico", null],
    ["me/pico:b.bin", null],
  ])("%s is read", (name, model) => {
    expect(hubModelIn(name)).toEqual(model);
  });
});

describe("pulling a model", () => {
  it("takes the only GGUF file, checks it by the Hub's hash, and remembers its commit", async () => {
    const { pull, cacheDir } = await fresh();
    const pulled = await pull("me/pico");
    expect(pulled).toMatchObject({
      how: "downloaded",
      record: { file: "pico.gguf", sha256: hash, commit, bytes: pico.length },
    });
    expect(readFileSync(pulled.path).equals(pico)).toBe(true);
    expect((await pull("me/pico")).how).toBe("unchanged");
    expect(cachedModels(cacheDir)).toHaveLength(1);
    expect(findModel({ id: "me/pico", revision: "main", file: null }, cacheDir).path).toBe(pulled.path);
  });

  it("goes on where it stopped", async () => {
    const { pull, world } = await fresh();
    world.cutAfter = 100_000;
    expect(await pull("me/pico:pico.gguf")).toMatchObject({ how: "resumed", record: { sha256: hash } });
  });

  it("keeps the copy that is here where the Hub cannot be asked", async () => {
    const { pull, world } = await fresh();
    await pull("me/pico:pico.gguf");
    world.down = true;
    expect(await pull("me/pico:pico.gguf")).toMatchObject({ how: "kept" });
  });

  it("sends the token where there is one, and says what is missing", async () => {
    const { pull, world } = await fresh();
    world.gated = true;
    expect(await refusal(() => pull("me/pico:pico.gguf"))).toMatch(
      /^model "me\/pico:pico.gguf" is gated and HF_TOKEN is not set/,
    );
    expect((await pull("me/pico:pico.gguf", { HF_TOKEN: "good" })).how).toBe("downloaded");
    expect(world.tokens).toContain("Bearer good");
  });

  it("drops what is not what the Hub says, or no model", async () => {
    const { pull, world, cacheDir } = await fresh();
    world.etag = "0".repeat(64);
    expect(await refusal(() => pull("me/pico:pico.gguf"))).toMatch(/the Hub says 0{64}/);
    world.content = Buffer.from("<html>no model</html>");
    world.etag = "weak";
    expect(await refusal(() => pull("me/pico:pico.gguf"))).toMatch(/is no GGUF file/);
    expect(cachedModels(cacheDir)).toEqual([]);
  });

  it("asks for a name where there are several files, or none of that name", async () => {
    const { pull, world, cacheDir } = await fresh();
    world.files = ["a.gguf", "b.gguf"];
    expect(await refusal(() => pull("me/pico"))).toBe(
      "me/pico has 2 GGUF files: a.gguf, b.gguf (name one: me/pico:a.gguf)",
    );
    expect(await refusal(() => pull("me/pico:c.gguf"))).toMatch(/has no file "c.gguf"/);
    expect(await refusal(() => pull("me/other:c.gguf"))).toMatch(/there is no model me\/other/);
    expect(await refusal(() => findModel({ id: "me/pico", revision: "main", file: "b.gguf" }, cacheDir))).toBe(
      'model "me/pico:b.gguf" is not on this machine yet (run: overthink models pull me/pico:b.gguf)',
    );
  });

  it("pulls again what was changed here", async () => {
    const { pull } = await fresh();
    const { path } = await pull("me/pico:pico.gguf");
    writeFileSync(path, "broken");
    expect((await pull("me/pico:pico.gguf")).how).toBe("downloaded");
  });
});

describe("an experiment with a model of the Hub", () => {
  it("runs the copy here, and says and records which commit a branch stood for", async () => {
    const { pull, cacheDir } = await fresh();
    await pull("me/pico");
    vi.stubEnv("OVERTHINK_CACHE", join(folder.path, "own"));
    mkdirSync(join(folder.path, "own"));
    renameSync(cacheDir, join(folder.path, "own", "models"));
    const db = join(folder.path, "hub.db");
    const notes: string[] = [];
    const of = (name: string, more: object) =>
      openExperiment(
        {
          name,
          models: [{ name: "pico", engine: "llama", hub: "me/pico", format: "pico", threads: 1, ...more }],
          datasets: [{ name: "arithmetic", limit: 1 }],
          methods: [{ "budget-forcing": { max_thinking_tokens: 4 } }],
          sampling: { max_answer_tokens: 4 },
        },
        { db, onNote: (note) => notes.push(note) },
      );
    const said = `model "pico": revision main may move; what is here is commit ${commit}, which never does`;
    await (await of("branch", {})).plan();
    await (await of("branch", {})).run();
    expect(notes.filter((note) => note === said)).toHaveLength(2);
    const store = openDatabase(db);
    const record = JSON.parse(String(store.prepare("SELECT record FROM runs").pluck().get())) as {
      models: readonly Readonly<{ hub?: unknown }>[];
    };
    store.close();
    expect(record.models[0]?.hub).toEqual({ id: "me/pico", file: "pico.gguf", revision: "main", commit });
    vi.unstubAllEnvs();
  });
});

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { pullDataset, type PullOptions } from "../../src/adapters/dataset/pull.ts";
import { Card } from "../../src/datasets/card.ts";
import { closedAddress } from "../doubles/steady-port.ts";
import { Failure } from "../../src/core/user-error.ts";
import { refusal, testFolder } from "./folder.ts";
import { calm, startHub } from "./hub.ts";

const { endpoint, seen, behaviour } = await startHub();
const closed = await closedAddress();
const folder = testFolder();
let cacheDir = "";
let runs = 0;

const content = Array.from({ length: 2000 }, (_, at) => `${JSON.stringify({ q: `${at}+1`, a: at + 1 })}\n`).join("");
const sha256 = createHash("sha256").update(content).digest("hex");
const host = new URL(endpoint).host;

const card = (changes: object = {}): Card =>
  Card.parse({
    title: "t",
    licence: "l",
    hub: { id: "me/sums", revision: "main", file: "data/test.jsonl" },
    columns: { problem: "q", answer: "a" },
    grader: "exact",
    ...changes,
  });

const pull = async (changes: object = {}, options: Partial<PullOptions> = {}) =>
  await pullDataset("sums", card(changes), {
    cacheDir,
    env: { HF_ENDPOINT: `${endpoint}/` },
    backoffMs: 1,
    stallMs: 60_000,
    ...options,
    onProgress: (bytes, total) => {
      behaviour.stored = bytes;
      options.onProgress?.(bytes, total);
    },
  });

/** What is said where the world is at fault. */
const failure = async (act: () => Promise<unknown>): Promise<string> => {
  const error = await act().then(
    () => null,
    (fault: unknown) => fault,
  );
  expect(error).toBeInstanceOf(Failure);
  return (error as Failure).message.replaceAll(host, "HOST");
};

const failed = (changes: object = {}, options: Partial<PullOptions> = {}) => failure(() => pull(changes, options));

const refused = async (changes: object = {}, options: Partial<PullOptions> = {}) =>
  (await refusal(() => pull(changes, options))).replaceAll(host, "HOST");

beforeEach(() => {
  cacheDir = join(folder.path, String(runs++));
  seen.length = 0;
  Object.assign(behaviour, calm(content));
});

describe("a pull", () => {
  it("asks for the pinned revision and keeps the file with what is known of it", async () => {
    const steps: [number, number | null][] = [];
    const pulled = await pull({ count: 2000, sha256 }, { onProgress: (bytes, total) => steps.push([bytes, total]) });
    expect(seen.map(({ url }) => url)).toEqual(["/datasets/me/sums/resolve/main/data/test.jsonl"]);
    expect(pulled).toMatchObject({
      name: "sums",
      how: "downloaded",
      reason: null,
      record: { sha256, count: 2000, bytes: content.length, commit: "c".repeat(40) },
    });
    expect(readFileSync(pulled.file, "utf8")).toBe(content);
    expect(readdirSync(dirname(pulled.file)).sort()).toEqual(["test.jsonl", "test.jsonl.pull.json"]);
    expect(steps.at(-1)).toEqual([content.length, content.length]);
  });

  it("writes a slash in a revision as the Hub wants it", async () => {
    await pull({ hub: { id: "me/sums", revision: "refs/convert/parquet", file: "test.jsonl" } });
    expect(seen[0]?.url).toBe("/datasets/me/sums/resolve/refs%2Fconvert%2Fparquet/test.jsonl");
  });

  it("follows to another host, and does not send the token there", async () => {
    Object.assign(behaviour, { redirect: true, gated: true });
    const { record } = await pull({ gated: true }, { env: { HF_ENDPOINT: endpoint, HF_TOKEN: "good" } });
    expect(seen.map(({ host: at, authorization }) => [at, authorization])).toEqual([
      ["hub", "Bearer good"],
      ["cdn", undefined],
    ]);
    expect(record).toMatchObject({ sha256, commit: "c".repeat(40) });
  });

  it("sends no token for a set that is open to all", async () => {
    await pull({}, { env: { HF_ENDPOINT: endpoint, HF_TOKEN: "good" } });
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});

describe("a second pull", () => {
  it("of a file whose hash is known asks nobody", async () => {
    await pull({ sha256 });
    seen.length = 0;
    expect((await pull({ sha256 })).how).toBe("unchanged");
    expect(seen).toEqual([]);
  });

  it.each([false, true])(
    "of one whose hash is not known asks whether it changed (redirected: %s)",
    async (redirect) => {
      behaviour.redirect = redirect;
      await pull();
      seen.length = 0;
      expect((await pull()).how).toBe("unchanged");
      expect(seen.map(({ host: at }) => at).filter((at) => at === "cdn").length).toBe(redirect ? 1 : 0);
      behaviour.content = Buffer.from('{"q":"1+1","a":2}\n');
      const again = await pull();
      expect([again.how, again.record.count]).toEqual(["downloaded", 1]);
    },
  );

  it("brings a damaged file again", async () => {
    const { file } = await pull();
    writeFileSync(file, "damaged");
    expect((await pull()).how).toBe("downloaded");
    expect(readFileSync(file, "utf8")).toBe(content);
  });
});

describe("a broken connection", () => {
  it.each([false, true])("is taken up where it broke (redirected: %s)", async (redirect) => {
    Object.assign(behaviour, { redirect, breaks: [1000, 3000] });
    const pulled = await pull({ sha256 });
    expect(pulled.how).toBe("resumed");
    expect(readFileSync(pulled.file, "utf8")).toBe(content);
    expect(
      seen
        .map(({ range }) => range)
        .filter((range) => range !== undefined)
        .at(-1),
    ).toBe("bytes=4000-");
  });

  it("is taken up by the next command too", async () => {
    behaviour.breaks = [1000];
    expect(await failed({}, { tries: 1 })).toMatch(
      /^cannot pull data set "sums" from HOST: .*(closed|terminated).* \(the same command continues where it stopped; HF_ENDPOINT chooses a mirror\)$/,
    );
    seen.length = 0;
    expect((await pull({ sha256 })).how).toBe("resumed");
    expect(seen[0]?.range).toBe("bytes=1000-");
  });

  it("begins anew where the content is another one by then", async () => {
    behaviour.breaks = [1000];
    await failed({}, { tries: 1 });
    behaviour.content = Buffer.from(content.replaceAll("+1", "+2"));
    const pulled = await pull();
    expect([pulled.how, readFileSync(pulled.file, "utf8")]).toEqual(["downloaded", behaviour.content.toString()]);
  });

  it("begins anew where the server cannot say which content it sends", async () => {
    Object.assign(behaviour, { breaks: [1000], weakEtag: true });
    expect((await pull({ sha256 })).how).toBe("downloaded");
    expect(seen.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it("that sends nothing any more is given up", async () => {
    behaviour.stallAfter = 1000;
    expect(await failed({}, { tries: 2, stallMs: 500 })).toMatch(
      /^cannot pull .* from HOST: nothing came for 0.5 s \(/,
    );
    expect(seen).toHaveLength(2);
  });

  it("is dropped at once when the user stops", async () => {
    behaviour.stallAfter = 1000;
    const controller = new AbortController();
    const pulling = pull({}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(pulling).rejects.toThrow(/abort/i);
  });
});

describe("a busy server", () => {
  it("is asked again", async () => {
    behaviour.answers = [{ status: 503 }, { status: 429, headers: { "retry-after": "0" } }];
    expect((await pull()).how).toBe("downloaded");
    expect(seen).toHaveLength(3);
  });

  it("is given up in the end", async () => {
    behaviour.answers = Array.from({ length: 4 }, () => ({ status: 503 }));
    expect(await failed()).toMatch(/^cannot pull data set "sums" from HOST: HOST answered 503 Service Unavailable \(/);
  });
});

describe("without a network", () => {
  const offline = { env: { HF_ENDPOINT: closed }, tries: 2 };

  it("the copy from before is kept, and said to be", async () => {
    await pull();
    expect(await pull({}, offline)).toMatchObject({
      how: "kept",
      reason: expect.stringContaining("ECONNREFUSED"),
      record: { sha256 },
    });
  });

  it("and without a copy, the reason is told", async () => {
    expect(await failure(() => pull({}, offline))).toMatch(
      /^cannot pull data set "sums" from 127.0.0.1:\d+: .*ECONNREFUSED/,
    );
  });
});

describe("content other than promised", () => {
  it.each([
    [
      "another hash",
      { sha256: "0".repeat(64) },
      `data set "sums": the sha256 of what came is ${sha256}, its card says ${"0".repeat(64)} (the download was dropped; try again, or choose another HF_ENDPOINT)`,
    ],
    [
      "another count",
      { count: 3 },
      'data set "sums": 2000 problems came, its card says 3 (the download was dropped; correct the revision or the count of the card)',
    ],
    [
      "another column",
      { columns: { problem: "question", answer: "a" } },
      'data/test.jsonl there is no column "question", the columns are q, a (name them, such as columns: { problem: question, answer: solution })',
    ],
  ])("is dropped: %s", async (_what, changes, message) => {
    expect(await refused(changes)).toBe(message);
    const place = join(cacheDir, "sums", "me_sums_main");
    expect(existsSync(place) ? readdirSync(place) : []).toEqual([]);
  });
});

describe("a refusal of the Hub", () => {
  const token = (value: string) => ({ env: { HF_ENDPOINT: endpoint, HF_TOKEN: value } });

  it("of a gated set says what to do", async () => {
    behaviour.gated = true;
    expect(await refused({ gated: true })).toBe(
      'data set "sums" is gated and HF_TOKEN is not set (accept its terms at https://HOST/datasets/me/sums, then set HF_TOKEN to a token of that account)',
    );
    expect(await refused({ gated: true }, token("other"))).toBe(
      'data set "sums" is gated and the account of HF_TOKEN may not read it (accept its terms at https://HOST/datasets/me/sums)',
    );
    expect(await refused({ gated: true }, token("wrong"))).toBe(
      "HOST does not accept the HF_TOKEN that is set (make a new token, with read access)",
    );
  });

  it.each([
    [404, "RevisionNotFound", 'HOST: me/sums has no revision "main"'],
    [404, "EntryNotFound", 'HOST: me/sums has no file "data/test.jsonl"'],
    [401, "RepoNotFound", "HOST: there is no data set me/sums, or it is private (see the card of sums)"],
    [404, "", "HOST: there is no data set me/sums, or it is private (see the card of sums)"],
    [400, "", "HOST answered 400 Bad Request"],
  ])("with %i %s is passed on, once", async (status, code, message) => {
    behaviour.answers = [{ status, headers: code ? { "x-error-code": code } : {} }];
    expect(await refused()).toBe(message);
    expect(seen).toHaveLength(1);
  });
});

describe("HF_ENDPOINT", () => {
  it("is not given the token unencrypted", async () => {
    const env = { HF_ENDPOINT: "http://mirror.example", HF_TOKEN: "good" };
    const fetch = () => Promise.reject(new Error("asked"));
    expect(await refusal(() => pull({ gated: true }, { env, fetch }))).toBe(
      "HF_TOKEN would be sent unencrypted to mirror.example (use an https address in HF_ENDPOINT)",
    );
  });

  it("is an address", async () => {
    expect(await refusal(() => pull({}, { env: { HF_ENDPOINT: "mirror" } }))).toMatch(
      /^HF_ENDPOINT is not an address: "mirror"/,
    );
  });

  it("is the Hub itself by default", async () => {
    const asked: string[] = [];
    const fetch = (url: string) => {
      asked.push(url);
      return Promise.resolve(new Response(content));
    };
    await pull({}, { env: {}, fetch });
    expect(asked).toEqual(["https://huggingface.co/datasets/me/sums/resolve/main/data/test.jsonl"]);
  });
});

describe("redirects", () => {
  it("without end are refused", async () => {
    const fetch = () => Promise.resolve(new Response(null, { status: 302, headers: { location: "/again" } }));
    expect(await refused({}, { fetch })).toBe("HOST redirects more than 5 times");
  });
});

describe("a local data set", () => {
  it("has nothing to pull", async () => {
    expect(await refused({ hub: undefined, file: "x.jsonl" })).toBe(
      'data set "sums" is here already, there is nothing to pull',
    );
  });
});

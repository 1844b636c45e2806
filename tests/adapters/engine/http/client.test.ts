import { createServer as createSocketServer, type AddressInfo, type Socket } from "node:net";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { bounds, createHttpClient } from "../../../../src/adapters/engine/http/client.ts";
import { createDeadline } from "../../../../src/adapters/engine/http/deadline.ts";
import { Fault, toFault } from "../../../../src/adapters/engine/http/fault.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const listening = async (server: ReturnType<typeof createServer | typeof createSocketServer>): Promise<string> => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A server that answers as it likes, and a client of it. */
const started = async (answer: RequestListener, most: Partial<typeof bounds> = {}) => {
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    answer(request, response);
  });
  const url = await listening(server);
  const client = createHttpClient(url, "a-key-of-ours", { ...bounds, ...most });
  open.push(
    () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
    () => client.close(),
  );
  return client;
};

const never = new AbortController().signal;

/** What a question comes to: the fault, as a run is told of it. */
const faultOf = async (answer: Promise<unknown>): Promise<Fault> => {
  const error = toFault(
    await answer.then(
      () => "no fault",
      (reason: unknown) => reason,
    ),
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
};

const json = { "content-type": "application/json" };
const sent =
  (text: string | Buffer, status = 200, headers: Record<string, string> = json): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(text);

/** Writes until nobody listens any more. */
const endless =
  (part: string, status = 200, headers: Record<string, string> = json): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers);
    const go = (): void => {
      while (!response.destroyed && response.write(part));
      if (!response.destroyed) response.once("drain", go);
    };
    go();
  };

const events = async (stream: Promise<AsyncIterable<unknown>>): Promise<readonly unknown[]> => {
  const all = [];
  for await (const event of await stream) all.push(event);
  return all;
};

describe("a body without end", () => {
  it("is broken off, and its connection with it", async () => {
    let response: ServerResponse | undefined;
    const client = await started((request, answer) => {
      response = answer;
      endless("[1,".repeat(20_000))(request, answer);
    });
    expect(await faultOf(client.get("/x", never))).toMatchObject({
      kind: "fatal",
      message: `an answer of more than ${bounds.answer} characters`,
    });
    if (response?.destroyed === false) await new Promise((resolve) => response?.once("close", resolve));
    expect(response?.destroyed).toBe(true);
  });

  it.each([
    [503, "busy"],
    [500, "down"],
    [400, "fatal"],
  ])("of status %i is that status, and no more of it is read than anybody wants", async (status, kind) => {
    const client = await started(endless("so wrong ".repeat(5000), status));
    const fault = await faultOf(client.post("/x", {}, never));
    expect(fault).toMatchObject({ kind, status });
    expect(fault.message.length).toBeLessThan(2100);
  });

  it("is broken off in a line of a stream, and in a stream of short lines", async () => {
    const line = await started(endless("x".repeat(2 ** 20)));
    expect((await faultOf(events(line.stream("/x", {}, never)))).message).toMatch(/an event of more than 16777216/);
    const lines = await started(endless(': ping\n\ndata: {"a":1}\n\n'.repeat(1000)), { stream: 2 ** 20 });
    expect((await faultOf(events(lines.stream("/x", {}, never)))).message).toMatch(/a stream of more than 1048576/);
  });

  it("ends at the deadline where it only drips", async () => {
    const drip: RequestListener = (_, response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    };
    const client = await started(drip);
    for (const ask of [
      (signal: AbortSignal) => client.get("/x", signal),
      (signal: AbortSignal) => events(client.stream("/x", {}, signal)),
    ]) {
      const { signal, clear } = createDeadline(never, { total: 100, stall: 60_000 });
      await ask(signal).catch(() => undefined);
      clear();
      expect(signal.reason).toMatchObject({ kind: "down", message: "the answer was not complete after 0.1 s" });
    }
  });
});

describe("an answer that is small and means much", () => {
  it("is not unpacked, since nobody asked for it packed", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20, " "));
    const client = await started(sent(bomb, 200, { ...json, "content-encoding": "gzip" }));
    expect(await faultOf(client.get("/x", never))).toMatchObject({ kind: "down", message: /^unreadable answer/ });
  });

  const deep = "[".repeat(10 ** 6) + "]".repeat(10 ** 6);
  const many = `[${"{},".repeat(1_500_000)}{}]`;
  it.each([
    ["nested", deep, "an answer nested deeper than 500 levels"],
    ["nested in a field", `{"error":${deep}}`, "an answer nested deeper than 500 levels"],
    ["of millions of values", many, "an answer of more than 2000000 values"],
  ])("is refused before it is read: %s", async (_, text, message) => {
    const client = await started(sent(text));
    expect(await faultOf(client.get("/x", never))).toMatchObject({ kind: "fatal", message });
    const streaming = await started(sent(`data: ${text}\n\n`));
    expect(await faultOf(events(streaming.stream("/x", {}, never)))).toMatchObject({ kind: "fatal", message });
    const failing = await started(sent(text, 500));
    expect(await faultOf(failing.get("/x", never))).toMatchObject({ kind: "down", status: 500 });
  });

  it("changes no object of JavaScript, and the last of two keys counts", async () => {
    const client = await started(sent('{"a":1,"a":2,"__proto__":{"b":1},"constructor":{"prototype":{"b":1}}}'));
    const answer = (await client.get("/x", never)) as Record<string, unknown>;
    expect(answer["a"]).toBe(2);
    expect(answer["b"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["b"]).toBeUndefined();
  });
});

describe("what is no answer at all", () => {
  const raw = async (text: string) => {
    const sockets = new Set<Socket>();
    const server = createSocketServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).once("data", () => socket.write(text));
    });
    const url = await listening(server);
    const client = createHttpClient(url, undefined);
    open.push(
      () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
      () => client.close(),
    );
    return client;
  };
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  it.each([
    ["headers without end", `${head}${"x: y\r\n".repeat(100_000)}`],
    ["a header of megabytes", `${head}x: ${"y".repeat(2_000_000)}\r\n\r\n`],
    ["no HTTP", "220 mail.example ESMTP\r\n"],
    ["two lengths", `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `],
    ["a length of nonsense", `${head}content-length: -1\r\n\r\n{}`],
    ["pieces of nonsense", `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
  ])("is a broken connection: %s", async (_, text) => {
    const client = await raw(text);
    expect(await faultOf(client.get("/x", never))).toMatchObject({ kind: "down", status: null });
  });
});

it.each([301, 302, 303, 307, 308])("status %i leads the key to no other host", async (status) => {
  let asked = 0;
  const other = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  const url = await listening(other);
  open.push(() => new Promise((resolve) => (other.closeAllConnections(), other.close(resolve))));
  const client = await started(sent("gone", status, { location: `${url}/v1/completions` }));
  expect(await faultOf(client.post("/v1/completions", {}, never))).toMatchObject({ kind: "fatal", status });
  expect(await faultOf(events(client.stream("/v1/completions", {}, never)))).toMatchObject({ kind: "fatal", status });
  expect(asked).toBe(0);
});

it("takes what is long and honest", async () => {
  const ids = Array.from({ length: 400_000 }, (_, at) => at);
  const long = await started(sent(JSON.stringify({ text: 'so "it" is \\ '.repeat(1_500_000), ids })));
  expect(Object.keys((await long.get("/x", never)) as object)).toEqual(["text", "ids"]);
  const event = { prompt_ids: ids, nested: JSON.parse("[".repeat(400) + "]".repeat(400)) as unknown };
  const streaming = await started(sent(`data: ${JSON.stringify(event)}\r\n\r\ndata: [DONE]\r\n\r\n`));
  expect(JSON.stringify(await events(streaming.stream("/x", {}, never)))).toBe(JSON.stringify([event]));
});

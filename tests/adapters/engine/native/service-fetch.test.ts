import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createServiceNet } from "../../../../src/adapters/engine/native/service-fetch.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A net that takes a megabyte, and a server whose answers hold more once they are unpacked. */
const started = async (status: number, packed: boolean, sign = " ") => {
  const zeros = Buffer.alloc(8 * 2 ** 20, sign);
  const server = createServer((_, response) => {
    response.writeHead(status, packed ? { "content-encoding": "gzip" } : {});
    response.end(packed ? gzipSync(zeros) : zeros);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const net = createServiceNet(2 ** 20);
  open.push(net.close, () => (server.closeAllConnections(), server.close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (path: string) =>
    net
      .fetch()(url + path)
      .then((response) => response.text());
};

const tooLong = { message: `an answer of more than ${2 ** 20} bytes`, kind: "fatal" };

describe("an answer that is too long for a service", () => {
  it.each([
    ["as it is", 200, false],
    ["packed", 200, true],
  ] as const)("is broken off: %s", async (_, status, packed) => {
    const ask = await started(status, packed);
    await expect(ask("/v1/messages")).rejects.toMatchObject(tooLong);
  });

  it.each([
    [400, "fatal", false],
    [400, "fatal", true],
    [500, "down", false],
    [529, "busy", true],
  ] as const)("is its status, where that is %i (%s), and its beginning", async (status, kind, packed) => {
    const ask = await started(status, packed, "x");
    const fault: unknown = await ask("/v1/messages").catch((error: unknown) => error);
    expect(fault).toMatchObject({ status, kind });
    expect((fault as Error).message.length).toBeLessThan(2100);
  });

  it("is taken where it is that of a whole batch", async () => {
    const ask = await started(200, true);
    expect(await ask("/v1/files/f/content")).toHaveLength(8 * 2 ** 20);
  });
});

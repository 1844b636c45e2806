import { expect, test } from "vitest";
import { eventsOf } from "../../../../src/adapters/engine/http/events.ts";
import { Fault } from "../../../../src/adapters/engine/http/fault.ts";

async function* parts(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const read = async (text: string, size = 7): Promise<unknown[]> => {
  const events: unknown[] = [];
  for await (const event of eventsOf(parts(text, size))) events.push(event);
  return events;
};

test.each([1, 2, 5, 1000])("events cut anywhere, into parts of %i characters", async (size) => {
  const text =
    ': ping\r\n\r\nevent: x\r\ndata: {"a": 1}\r\n\r\ndata:{"b":"\\n data: é"}\n\ndata: [DONE]\n\ndata: {"c": 3}\n\n';
  expect(await read(text, size)).toEqual([{ a: 1 }, { b: "\n data: é" }]);
});

test("a stream without an end gives what it has", async () => {
  expect(await read('data: {"a": 1}\n\ndata: {"b": 2}')).toEqual([{ a: 1 }, { b: 2 }]);
  await expect(read('data: {"a": 1}\n\ndata: {"b"')).rejects.toThrow(SyntaxError);
});

test("an event that is an error carries its status", async () => {
  await expect(read('data: {"error": {"message": "full", "code": 429}}\n\n')).rejects.toMatchObject({
    kind: "busy",
    status: 429,
    message: "429 full",
  });
  const plain = read('data: {"error": {"message": "broken", "code": "server_error"}}\n\n');
  await expect(plain).rejects.toMatchObject({ kind: "down", status: null, message: "broken" });
  await expect(read('data: {"error": "no"}\n\n')).rejects.toThrow(Fault);
});

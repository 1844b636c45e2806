import { expect, test } from "vitest";
import { ranked } from "../../../../src/adapters/engine/http/pool.ts";

const endpoints = ["http://10.0.0.1:8000", "http://10.0.0.2:8000", "http://10.0.0.3:8000"].map((url) => ({ url }));
const chains = Array.from({ length: 300 }, (_, at) => `chain ${at}`);
const placeOf = (places: readonly { url: string }[], chain: string) => ranked(places, chain)[0]?.url;

test("chains spread evenly over the endpoints", () => {
  for (const { url } of endpoints) {
    const share = chains.filter((chain) => placeOf(endpoints, chain) === url).length / chains.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.42);
  }
});

test("the order in which endpoints are listed does not matter", () => {
  for (const chain of chains) expect(ranked(endpoints.toReversed(), chain)).toEqual(ranked(endpoints, chain));
});

test("only the chains of a lost endpoint move", () => {
  const left = endpoints.slice(0, 2);
  for (const chain of chains) {
    const before = placeOf(endpoints, chain);
    const after = placeOf(left, chain);
    expect(after).toBe(before === endpoints[2]?.url ? ranked(endpoints, chain)[1]?.url : before);
  }
});

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createBreaker } from "../../../../src/adapters/engine/http/breaker.ts";
import { createDeadline } from "../../../../src/adapters/engine/http/deadline.ts";
import { Fault, retryAfter, toFault } from "../../../../src/adapters/engine/http/fault.ts";
import { createLimiter } from "../../../../src/adapters/engine/http/limiter.ts";
import { delayOf, persist } from "../../../../src/adapters/engine/http/retry.ts";
import { rootOf } from "../../../../src/adapters/engine/http/client.ts";

const middle = { firstMs: 100, mostMs: 1000, random: () => 0.5 };

describe("retries", () => {
  test("waits double up to the longest, or are what the server asks for", () => {
    expect([1, 2, 3, 9].map((failures) => delayOf(failures, null, middle))).toEqual([75, 150, 300, 750]);
    expect(delayOf(3, 5000, middle)).toBeCloseTo(5250);
  });

  test("jitter keeps a wait between half of it and all of it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (random, failures) => {
          const whole = Math.min(1000, 100 * 2 ** (failures - 1));
          const delay = delayOf(failures, null, { ...middle, random: () => random });
          return delay >= whole / 2 && delay <= whole;
        },
      ),
    );
  });

  test("progress earns new patience, standing still does not", async () => {
    let clock = 0;
    let gained = 0;
    const how = {
      backoff: { firstMs: 1, mostMs: 1, random: () => 1 },
      patienceMs: 100,
      signal: new AbortController().signal,
      now: () => clock,
      progress: () => gained,
    };
    let calls = 0;
    const attempt = async () => {
      calls += 1;
      clock += 60;
      if (calls <= 4) gained += 1;
      throw new Fault("down", "no luck");
    };
    await expect(persist(attempt, how)).rejects.toThrow(/^no luck; given up after \d+ s without progress$/);
    expect(calls).toBe(6);
  });

  test("a fatal fault and an error of our own are not tried again", async () => {
    const how = {
      backoff: middle,
      patienceMs: 1e6,
      signal: new AbortController().signal,
      now: Date.now,
      progress: () => 0,
    };
    for (const error of [new Fault("fatal", "bad request"), new TypeError("x is not a function")]) {
      let calls = 0;
      const attempt = async () => {
        calls += 1;
        throw error;
      };
      await expect(persist(attempt, how)).rejects.toBe(error);
      expect(calls).toBe(1);
    }
  });

  test("Retry-After may be seconds, milliseconds or a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfter({ "retry-after": "2" }, now)).toBe(2000);
    expect(retryAfter({ "retry-after": "2", "retry-after-ms": "150" }, now)).toBe(150);
    expect(retryAfter({ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }, now)).toBe(5000);
    expect(retryAfter({ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, now)).toBe(0);
    expect(retryAfter({ "retry-after": "soon" }, now)).toBeNull();
    expect(retryAfter({}, now)).toBeNull();
  });

  test("a fault in our own code is not taken for a broken socket", () => {
    const bug = new TypeError("Cannot read properties of undefined");
    expect(toFault(bug)).toBe(bug);
    expect(toFault(new TypeError("terminated"))).toBeInstanceOf(Fault);
    expect(toFault(Object.assign(new Error("closed"), { code: "UND_ERR_SOCKET" }))).toMatchObject({
      kind: "down",
      message: "UND_ERR_SOCKET closed",
    });
  });
});

describe("limiter", () => {
  /** A server that takes `capacity` requests at once, played in rounds. */
  const play = async (capacity: number, ceiling: number, rounds: number) => {
    let clock = 1;
    const limiter = createLimiter(ceiling, () => clock);
    let inFlight = 0;
    const waiting: (() => void)[] = [];
    const refusals: number[] = [];
    const task = async () => {
      const startedAt = clock;
      inFlight += 1;
      const refused = inFlight > capacity;
      await new Promise<void>((resolve) => waiting.push(resolve));
      inFlight -= 1;
      if (refused) limiter.busy(startedAt);
      else limiter.success(startedAt, 10);
      return refused;
    };
    const all: Promise<void>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let at = 0; at < ceiling; at += 1)
        all.push(limiter.run(task).then((refused) => void (refused && refusals.push(round))));
      await new Promise((resolve) => setImmediate(resolve));
      clock += 100;
      for (const finish of waiting.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (waiting.length > 0) {
      for (const finish of waiting.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
      clock += 100;
    }
    await Promise.all(all);
    return { limit: limiter.limit(), refusals };
  };

  test("finds what the server takes, and few requests are refused on the way", async () => {
    const { limit, refusals } = await play(40, 200, 60);
    expect(limit).toBeGreaterThan(20);
    expect(limit).toBeLessThanOrEqual(60);
    expect(refusals.length).toBeLessThan(200);
  });

  test("never passes the ceiling", async () => {
    expect((await play(1000, 24, 30)).limit).toBe(24);
  });

  test("a queue in the server shrinks it, one slow answer does not", () => {
    let clock = 1;
    const limiter = createLimiter(64, () => (clock += 1));
    limiter.success(clock, 50);
    limiter.success(clock, 4000);
    expect(limiter.limit()).toBe(8);
    for (let count = 0; count < 20; count += 1) limiter.success(clock, 4000);
    expect(limiter.limit()).toBeLessThan(8);
  });

  test("a burst of refusals counts once", () => {
    let clock = 100;
    const limiter = createLimiter(64, () => clock);
    clock = 200;
    for (let count = 0; count < 30; count += 1) limiter.busy(150);
    expect(limiter.limit()).toBe(5);
  });
});

describe("breaker", () => {
  test("opens after five failures in a row, lets one through, and closes on success", () => {
    let clock = 0;
    const breaker = createBreaker(() => clock);
    for (let count = 0; count < 4; count += 1) breaker.failure();
    expect(breaker.wait()).toBe(0);
    breaker.failure();
    expect(breaker.wait()).toBe(500);
    clock = 500;
    expect(breaker.wait()).toBe(0);
    breaker.enter();
    expect(breaker.wait()).toBeGreaterThan(0);
    breaker.failure();
    expect(breaker.wait()).toBe(1000);
    clock = 1500;
    breaker.enter();
    breaker.success();
    expect(breaker.wait()).toBe(0);
  });

  test("failures of one outage count once", () => {
    let clock = 0;
    const breaker = createBreaker(() => clock);
    for (let count = 0; count < 300; count += 1) breaker.failure();
    expect(breaker.wait()).toBe(500);
    clock = 1;
    expect(breaker.wait()).toBe(499);
  });

  test("a success in between starts the count anew", () => {
    const breaker = createBreaker(() => 0);
    for (let count = 0; count < 20; count += 1) {
      breaker.failure();
      breaker.failure();
      breaker.success();
    }
    expect(breaker.wait()).toBe(0);
  });
});

test("deadlines name what was missed, and touches put the silence off", () => {
  vi.useFakeTimers();
  try {
    const deadline = createDeadline(new AbortController().signal, { total: 150, stall: 60 });
    for (let count = 0; count < 3; count += 1) {
      vi.advanceTimersByTime(49);
      deadline.touch();
    }
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(3);
    expect(deadline.signal.reason).toMatchObject({ kind: "down", message: "the answer was not complete after 0.15 s" });
    const silent = createDeadline(new AbortController().signal, { total: 1000, stall: 20 });
    vi.advanceTimersByTime(19);
    expect(silent.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(silent.signal.reason).toMatchObject({ message: "the server was silent for 0.02 s" });
    silent.clear();
  } finally {
    vi.useRealTimers();
  }
});

test("an address with and without /v1 is one server", () => {
  expect(["http://h/v1", "http://h/v1/", "http://h", "http://h/"].map(rootOf)).toEqual(Array(4).fill("http://h"));
  expect(rootOf("https://h/api/v1")).toBe("https://h/api");
});

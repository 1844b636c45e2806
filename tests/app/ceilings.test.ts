import { afterEach, describe, expect, it, vi } from "vitest";
import { CeilingReached, ceilings } from "../../src/app/ceilings.ts";
import type { UsageRow } from "../../src/ports/result-reader.ts";

const before = { decoded_tokens: 10, cost: 2 } as UsageRow;

afterEach(() => vi.useRealTimers());

describe("ceilings", () => {
  it("count what requests cost as they go on, on top of what earlier runs paid", () => {
    const abort = vi.fn();
    const { see } = ceilings({ money: 2.3 }, before, abort);
    see({ type: "paid", money: 0.1 });
    see({ type: "paid", money: 0.1 });
    expect(abort).not.toHaveBeenCalled();
    see({ type: "paid", money: 0.1 }); // in binary the sum is a little less than 0.3
    expect(abort).toHaveBeenCalledWith(expect.any(CeilingReached));
  });

  it("stop nothing where none is set", () => {
    const abort = vi.fn();
    const { see, release } = ceilings({}, before, abort);
    see({ type: "paid", money: 1e9 });
    see({ type: "decoded", model: "m", tokens: 1e9 });
    see({ type: "decoded", model: "m", tokens: null });
    release();
    expect(abort).not.toHaveBeenCalled();
  });

  it("of two months last longer than Node's timers", () => {
    vi.useFakeTimers();
    const abort = vi.fn();
    const { release } = ceilings({ minutes: 86_400 }, before, abort);
    vi.advanceTimersByTime(86_400_000);
    expect(abort).not.toHaveBeenCalled();
    release();
  });
});

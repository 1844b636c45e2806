import { describe, expect, it, vi } from "vitest";
import { pulledLine, pullProgress } from "../../src/cli/pull-progress.ts";

describe("the progress of a pull", () => {
  it("says how much came, of how much where that is known", () => {
    expect(pulledLine("math500", 1_500_000, 6_000_000)).toBe("math500: 1.5 MB of 6.0 MB  25 %");
    expect(pulledLine("math500", 1_500_000, null)).toBe("math500: 1.5 MB");
  });

  it("is a plain line now and then where there is no terminal, and never for a short pull", () => {
    vi.useFakeTimers();
    const written: string[] = [];
    const { show, end } = pullProgress("m", {
      isTTY: false,
      write: (text: string) => written.push(text) > 0,
    } as unknown as NodeJS.WriteStream);
    show(1e6, 4e6);
    vi.advanceTimersByTime(10_000);
    show(2e6, 4e6);
    show(3e6, 4e6);
    end();
    vi.useRealTimers();
    expect(written).toEqual(["m: 2.0 MB of 4.0 MB  50 %\n"]);
  });
});

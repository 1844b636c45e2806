import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { Interrupted, stopOnSignal } from "../../src/cli/stop-signals.ts";

let exit: MockInstance;
let clock: MockInstance<() => number>;
beforeEach(() => {
  clock = vi.spyOn(performance, "now").mockReturnValue(1000);
  exit = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});
afterEach(() => vi.restoreAllMocks());

describe("Ctrl-C", () => {
  it("aborts on the first, so that what is under way is stored, and leaves at once with 130 on the second", () => {
    const first = vi.fn();
    const stop = stopOnSignal(first);
    process.emit("SIGINT");
    expect(stop.signal.reason).toBeInstanceOf(Interrupted);
    expect(first).toHaveBeenCalledOnce();
    expect(exit).not.toHaveBeenCalled();
    clock.mockReturnValue(1500);
    expect(() => process.emit("SIGINT")).toThrow("exit 130");
    stop.release();
    expect(process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")).toBe(0);
  });

  it("is one, where npx passes on what the terminal has sent already", () => {
    const stop = stopOnSignal(() => undefined);
    process.emit("SIGINT");
    clock.mockReturnValue(1020);
    process.emit("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    stop.release();
  });
});

describe("SIGTERM to a worker of a queue", () => {
  it("asks to leave first, and aborts when it comes again; one that is sent twice at once is one", () => {
    const first = vi.fn();
    const stop = stopOnSignal(first, () => true);
    process.emit("SIGTERM");
    process.emit("SIGTERM");
    expect([stop.leave.aborted, stop.signal.aborted]).toEqual([true, false]);
    expect(stop.leave.reason).toBeInstanceOf(Interrupted);
    clock.mockReturnValue(1500);
    process.emit("SIGTERM");
    expect(stop.signal.reason).toBeInstanceOf(Interrupted);
    expect(first).toHaveBeenCalledOnce();
    expect(exit).not.toHaveBeenCalled();
    stop.release();
  });

  it("gives way to Ctrl-C", () => {
    const stop = stopOnSignal(
      () => undefined,
      () => true,
    );
    process.emit("SIGTERM");
    process.emit("SIGINT");
    expect(stop.signal.aborted).toBe(true);
    clock.mockReturnValue(1500);
    expect(() => process.emit("SIGINT")).toThrow("exit 130");
    stop.release();
  });
});

describe("SIGTERM", () => {
  it("ends a run like Ctrl-C, and is no second Ctrl-C however often it comes", () => {
    const first = vi.fn();
    const stop = stopOnSignal(first);
    for (let sent = 0; sent < 5; sent++) process.emit("SIGTERM");
    expect(stop.signal.reason).toBeInstanceOf(Interrupted);
    expect(first).toHaveBeenCalledOnce();
    expect(exit).not.toHaveBeenCalled();
    expect(() => process.emit("SIGINT")).toThrow("exit 130");
    stop.release();
  });
});

import { beforeEach, describe, expect, it, vi } from "vitest";
import { sqliteResults } from "../../src/adapters/store/sqlite-results.ts";
import { sqliteRunners } from "../../src/adapters/store/sqlite-runners.ts";
import { type Database, openDatabase } from "../../src/adapters/store/sqlite.ts";
import { UserError } from "../../src/core/user-error.ts";
import type { Owner } from "../../src/ports/runner-store.ts";
import { occupy, type OccupyOptions, PlaceLost } from "../../src/runner/occupy.ts";

let db: Database;
beforeEach(() => {
  db = openDatabase(":memory:");
});

const owner = (pid: number, machine = "here"): Owner => ({ pid, host: machine, machine, began: "then" });

/** A process of a machine "here" where only those listed are running; nothing waits for a clock. */
const options = (self: Owner, running: readonly number[], more: Partial<OccupyOptions> = {}): OccupyOptions => ({
  store: sqliteRunners(db),
  processes: {
    self: () => self,
    isRunning: ({ pid, machine }) => (machine === self.machine ? running.includes(pid) : null),
  },
  pause: () => Promise.resolve(),
  experiment: "e",
  wait: false,
  onWait: () => undefined,
  ...more,
});

const occupied = (self: Owner, running: readonly number[], more: Partial<OccupyOptions> = {}) =>
  occupy(options(self, running, more), () => undefined);

describe("the place of a runner", () => {
  it("is refused while another process of this machine has it, and says who", async () => {
    await occupied(owner(1), []);
    const refused = occupied(owner(2), [1]);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      /^experiment "e" is being run in this database by process 1 on here, since 20/,
    );
  });

  it("is free again once it was left, and for other experiments at any time", async () => {
    const first = await occupied(owner(1), []);
    await occupied(owner(2), [1], { experiment: "other" });
    first.release();
    await expect(occupied(owner(3), [1, 2])).resolves.toBeDefined();
  });

  it("is taken over from a dead process, whose run was killed", async () => {
    await occupied(owner(1), []);
    const results = sqliteResults(db);
    const { experiment } = results.declare({ name: "e", hash: "h", text: "", resolved: {}, points: [] });
    results.beginRun(experiment, {});
    await occupied(owner(2), []);
    expect(db.prepare("SELECT status FROM runs").pluck().all()).toEqual(["killed"]);
    expect(sqliteRunners(db).find("e")?.pid).toBe(2);
  });

  it("waits for whoever has it where it is told to", async () => {
    const first = await occupied(owner(1), []);
    const why = vi.fn();
    let pauses = 0;
    const pause = () => Promise.resolve(void (++pauses === 5 && first.release()));
    await occupied(owner(2), [1], { wait: true, pause, onWait: why });
    expect([pauses, sqliteRunners(db).find("e")?.pid]).toEqual([5, 2]);
    expect(why).toHaveBeenCalledWith(expect.objectContaining({ pid: 1 }), "at work");
  });

  it("is not taken from a process of another machine that shows signs of life, whatever its clock says", async () => {
    const far = await occupied(owner(1, "far"), []);
    let pauses = 0;
    const pause = () => Promise.resolve(void (++pauses === 20 && sqliteRunners(db).beat(far.id)));
    await expect(occupied(owner(2), [], { pause })).rejects.toThrow("process 1 on far");
    expect(pauses).toBe(20);
  });

  it("is taken over from one of another machine that shows none for long", async () => {
    const lost = vi.fn();
    vi.useFakeTimers();
    await occupy(options(owner(1, "far"), []), lost);
    let waited = 0;
    await occupied(owner(2), [], { pause: (milliseconds) => Promise.resolve(void (waited += milliseconds)) });
    expect(waited).toBeGreaterThanOrEqual(15_000);
    vi.advanceTimersByTime(2000);
    vi.useRealTimers();
    expect(lost).toHaveBeenCalledWith(expect.any(PlaceLost));
  });

  it("goes to one of two who find the same one dead", async () => {
    await occupied(owner(1), []);
    const both = await Promise.allSettled([occupied(owner(2), [2, 3]), occupied(owner(3), [2, 3])]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

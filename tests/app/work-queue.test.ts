import { expect, it } from "vitest";
import { queueAddress } from "../../src/adapters/queue/address.ts";
import { type BatchRun, workOn } from "../../src/app/work-queue.ts";
import type { Group, Job } from "../../src/runner/jobs.ts";
import type { PreparedPoint } from "../../src/runner/prepared.ts";
import { memoryQueue } from "../doubles/memory-queue.ts";

const perProblem = 3;

/** Problems with a few settings each, of one model that answers four at once. */
const groupsOf = (problems: number): readonly Group[] =>
  Array.from({ length: problems }, (_, at) => ({
    jobs: Array.from({ length: perProblem }, (): Job => {
      const model = { name: "toy", engine: { info: { concurrency: 4 } } };
      const point = { model, dataset: { name: "d" }, record: { params: {} } } as unknown as PreparedPoint;
      return { point, problem: { id: `p${at}`, text: "", target: "", tags: {} }, epoch: 0 };
    }),
  }));

const idOf = ({ jobs: [job] }: Group): string => job?.problem.id ?? "";
const never = new AbortController().signal;

type Worker = Readonly<{
  open?: readonly Group[];
  leave?: AbortSignal;
  run: (asked: BatchRun) => Promise<void>;
}>;

/** The ids of problems that were committed when the queue was told of them. */
const worker = (queue: ReturnType<typeof memoryQueue>["queue"], all: readonly Group[], how: Worker) => {
  let commits = 0;
  const working = workOn(queue, {
    experiment: { name: "queued", hash: "0123456789abcdef" },
    all,
    open: how.open ?? all,
    concurrency: undefined,
    signal: never,
    leave: how.leave ?? never,
    commit: () => void commits++,
    run: how.run,
  });
  return { working, commits: () => commits };
};

const finishes =
  (seen: string[], isLeft: (id: string) => boolean = () => false) =>
  async ({ groups, onFinished }: BatchRun): Promise<void> => {
    for (const group of groups)
      if (!isLeft(idOf(group)))
        for (const job of group.jobs) {
          onFinished(job);
          if (job === group.jobs.at(-1)) seen.push(idOf(group));
        }
  };

it("a worker that is asked to leave hands back only what it did not finish, and nobody does a problem twice", async () => {
  const { queue } = memoryQueue();
  const all = groupsOf(40);
  const leaving = new AbortController();
  const [first, second]: [string[], string[]] = [[], []];
  const run = async ({ groups, ...asked }: BatchRun): Promise<void> => {
    await finishes(first)({ ...asked, groups: groups.slice(0, 5) });
    leaving.abort(new Error("asked to leave"));
    expect(asked.leave.aborted).toBe(true);
  };
  const { working, commits } = worker(queue, all, { leave: leaving.signal, run });
  await expect(working).rejects.toThrow("asked to leave");
  expect(commits()).toBe(first.length);
  expect(first).toHaveLength(5);
  await expect(worker(queue, all, { run: finishes(second) }).working).resolves.toBe(0);
  expect([...first, ...second].toSorted()).toEqual(all.map(idOf).toSorted());
  await expect(queue.counts()).resolves.toEqual({ waiting: 0, active: 0, done: 3, failed: 0 });
});

it("what a worker has in its file it does not do again, and tells to others", async () => {
  const { queue, done } = memoryQueue();
  const all = groupsOf(6);
  const seen: string[] = [];
  await worker(queue, all, { open: all.slice(4), run: finishes(seen) }).working;
  expect(seen).toEqual(["p4", "p5"]);
  expect([...done.values()].map(({ size }) => size)).toEqual([6]);
});

it("a batch with attempts that failed is tried again by the next worker, without what was finished", async () => {
  const { queue } = memoryQueue();
  const all = groupsOf(20);
  const [first, second]: [string[], string[]] = [[], []];
  const run = finishes(first, (id) => id === "p3");
  await expect(worker(queue, all, { run }).working).resolves.toBe(1);
  expect(first).toHaveLength(19);
  await expect(worker(queue, all, { run: finishes(second) }).working).resolves.toBe(0);
  expect(second).toEqual(["p3"]);
});

it("an address has a lease and a grace, and nothing else", () => {
  expect(queueAddress("redis://h:6379/0")).toEqual({ url: "redis://h:6379/0", lease: 60, grace: 25 });
  expect(queueAddress("rediss://h/1?lease=20&grace=0")).toEqual({ url: "rediss://h/1", lease: 20, grace: 0 });
  expect(() => queueAddress("redis://h?lease=0")).toThrow("lease is a number of seconds of at least 1");
  expect(() => queueAddress("redis://h?grace=soon")).toThrow("grace is a number of seconds of at least 0");
  expect(() => queueAddress("redis://h?leese=20")).toThrow('"leese" is neither lease nor grace');
  expect(() => queueAddress("http://h")).toThrow("expected an address such as redis://127.0.0.1:6379/0");
});

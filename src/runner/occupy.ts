import { randomUUID } from "node:crypto";
import { Failure, UserError } from "../core/user-error.ts";
import type { Processes } from "../ports/processes.ts";
import type { Runner, RunnerStore } from "../ports/runner-store.ts";

/** Milliseconds between signs of life, and without one of them until a runner that nobody can ask is taken for dead. */
const beatEvery = 2000;
const silence = 15_000;
const waitEvery = 500;

/** Waits for a number of milliseconds; rejects with the reason of an abort. */
export type Pause = (milliseconds: number) => Promise<void>;

export type Watching = Readonly<{ store: RunnerStore; processes: Processes; pause: Pause }>;

/** Another process has the experiment, or may have it; or it decodes what this one needs too. */
export type Why = "at work" | "not known" | "shares";

export type OccupyOptions = Watching &
  Readonly<{
    experiment: string;
    /** Wait for a process that is running, instead of refusing. */
    wait: boolean;
    /** Called with the reason why it takes time. */
    onWait: (runner: Runner, why: Why) => void;
  }>;

/** A place held in a database. */
export type Place = Readonly<{ id: string; release: () => void }>;

/** Another process took this one for dead. */
export class PlaceLost extends Failure {
  override readonly name = "PlaceLost";

  constructor(experiment: string) {
    super(
      `another process took over experiment ${JSON.stringify(experiment)}: this one did not respond ` +
        `for ${silence / 1000} s. What was decoded is stored`,
    );
  }
}

/** Enters this process as the only one that runs an experiment of a database; a dead one's place is taken over. */
export async function occupy(given: OccupyOptions, onLost: (reason: Error) => void): Promise<Place> {
  const options = { ...given, onWait: once(given.onWait) };
  const { store, processes, experiment } = options;
  const self: Runner = { ...processes.self(), id: randomUUID(), experiment, since: new Date().toISOString(), beats: 0 };
  let dead: Runner | null = null;
  for (let other = store.enter(self, null); other; other = store.enter(self, dead))
    dead = (await isAlive(other, options)) ? await refuse(other, options) : other;
  return { id: self.id, release: keepAlive(self, store, onLost) };
}

/** Does something that no other runner of the database could bear, whatever it runs; waits for them or refuses. */
export async function doAlone({ id }: Place, given: OccupyOptions, act: () => void): Promise<void> {
  const options = { ...given, onWait: once(given.onWait) };
  const { store } = options;
  for (let other = store.alone(id, act); other; other = store.alone(id, act))
    if (await isAlive(other, options)) await refuse(other, options);
    else store.bury(other);
}

/** Called once for each runner, however often it is looked at. */
function once(onWait: OccupyOptions["onWait"]): OccupyOptions["onWait"] {
  const told = new Set<string>();
  return (runner, why) => {
    const name = `${runner.id} ${why}`;
    if (!told.has(name)) onWait(runner, why);
    told.add(name);
  };
}

async function refuse(runner: Runner, { wait, onWait, pause }: OccupyOptions): Promise<null> {
  if (!wait)
    throw new UserError(
      `experiment ${JSON.stringify(runner.experiment)} is being run in this database by ${nameOf(runner)}`,
      {
        hint: "--wait waits for it; the same command continues from what it stored",
      },
    );
  onWait(runner, "at work");
  await pause(waitEvery);
  return null;
}

/**
 * A process of this machine is looked at; of another one the signs of life are counted, by no clock but the own
 * patience.
 */
export async function isAlive(
  runner: Runner,
  options: Watching & Partial<Pick<OccupyOptions, "onWait">>,
): Promise<boolean> {
  const { store, processes, pause, onWait } = options;
  const isRunning = processes.isRunning(runner);
  if (isRunning !== null) return isRunning;
  onWait?.(runner, "not known");
  for (let waited = 0; waited < silence; waited += waitEvery) {
    await pause(waitEvery);
    const now = store.find(runner.experiment);
    if (now?.id !== runner.id) return false;
    if (now.beats !== runner.beats) return true;
  }
  return false;
}

/** Returns what ends it. */
function keepAlive({ id, experiment }: Runner, store: RunnerStore, onLost: (reason: Error) => void): () => void {
  const beat = (): void => {
    try {
      if (!store.beat(id)) onLost(new PlaceLost(experiment));
    } catch (error) {
      onLost(error as Error);
    }
  };
  const timer = setInterval(beat, beatEvery);
  return () => {
    clearInterval(timer);
    store.leave(id);
  };
}

export const nameOf = ({ pid, host, since }: Runner): string => `process ${pid} on ${host}, since ${since}`;

/** A process, distinguishable from a later one with the same number. */
export type Owner = Readonly<{
  pid: number;
  host: string;
  /** Where the same number means the same process: machine, its boot, its space of process numbers. */
  machine: string;
  /** When the process began, in the system's own terms; null where the system does not say. */
  began: string | null;
}>;

/** A process at work on an experiment of a database. */
export type Runner = Owner &
  Readonly<{
    /** Of this one stay alone; never used again. */
    id: string;
    experiment: string;
    since: string;
    /** Signs of life so far. A count, since clocks jump and differ. */
    beats: number;
  }>;

/** Who runs what: at most one process an experiment. Every call is one transaction. */
export interface RunnerStore {
  /**
   * Enters a runner, in place of one that was found dead at this count of beats; returns null, or the other one that
   * has the experiment.
   */
  enter(runner: Runner, dead: Runner | null): Runner | null;
  find(experiment: string): Runner | null;
  /** All that are entered, dead or alive. */
  all(): readonly Runner[];
  /** A sign of life; false where another one has taken the place. */
  beat(id: string): boolean;
  leave(id: string): void;
  /** Takes out one that was found dead; its run was killed. */
  bury(dead: Runner): void;
  /** Does something unless another one is entered, which is returned then. */
  alone(id: string, act: () => void): Runner | null;
}

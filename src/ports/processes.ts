import type { Owner } from "./runner-store.ts";

/** The processes of this machine. */
export interface Processes {
  self(): Owner;
  /** Null where it cannot be known from here. */
  isRunning(owner: Owner): boolean | null;
}

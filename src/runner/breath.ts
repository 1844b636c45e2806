import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which others have their turn: too short for a person to notice. */
const stretch = 10;

/**
 * Work that is answered from memory or the store never waits for anything, so signals, timers and sockets would
 * starve. Taken between its steps, a breath costs next to nothing, and one turn of the event loop where it is time.
 */
export class Breath {
  #last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.#last < stretch) return;
    await setImmediate();
    this.#last = performance.now();
  }
}

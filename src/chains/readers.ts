import type { StoreFault } from "../core/store-fault.ts";
import { hear } from "./hear.ts";
import type { Reader } from "./reader.ts";

type Waiting = Readonly<{ until: number; resolve: () => void; reject: (reason: unknown) => void }>;

/** Those who read along with a call, in the order they came, and how deep the path has to be for each to be woken. */
export class Readers {
  readonly #waiting = new Map<Reader, Waiting | null>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  enter(reader: Reader): void {
    this.#waiting.set(reader, null);
  }

  leave(reader: Reader): void {
    this.#waiting.delete(reader);
  }

  /** Whether it is the one that gets a failure of the engine; the others look again. */
  isFirst(reader: Reader): boolean {
    return this.#waiting.keys().next().value === reader;
  }

  /** Resolves when it is woken; rejects with its abort, or with a fault of the store. */
  async wait(reader: Reader, until: number, signal: AbortSignal): Promise<void> {
    let deafen = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        deafen = hear(signal, reject);
        this.#waiting.set(reader, { until, resolve, reject });
      });
    } finally {
      deafen();
      this.#waiting.set(reader, null);
    }
  }

  wake(depth: number): void {
    for (const waiting of this.#waiting.values()) if (waiting && waiting.until <= depth) waiting.resolve();
  }

  fail(fault: StoreFault): void {
    for (const waiting of this.#waiting.values()) waiting?.reject(fault);
  }
}

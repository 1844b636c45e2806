import type { Claims } from "../ports/claims.ts";
import { StoreFault } from "../core/store-fault.ts";

/** The claim of a chain: no other process lets it grow meanwhile. */
export class Claim {
  readonly #claims: Claims | undefined;
  readonly #key: string;
  #isHeld = false;

  /** Left out where no other process is at work. */
  constructor(claims: Claims | undefined, key: string) {
    this.#claims = claims;
    this.#key = key;
    this.#isHeld = claims === undefined;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  take(): boolean {
    return (this.#isHeld ||= this.#claims?.take(this.#key) ?? true);
  }

  async wait(): Promise<void> {
    await this.#claims?.wait(this.#key);
  }

  /** A turn later, where it is not needed then: the next use is often near. */
  giveSoon(isIdle: () => boolean): void {
    if (this.#claims)
      setImmediate(() => {
        if (isIdle()) this.give();
      });
  }

  give(): void {
    if (!this.#claims || !this.#isHeld) return;
    this.#isHeld = false;
    try {
      this.#claims.give(this.#key);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error; // the claim ends with this process at the latest
    }
  }
}

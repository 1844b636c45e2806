import type { Runner } from "./runner-store.ts";

/** The sole right to pay for something, such as the next tokens of a chain, among the processes of a database. */
export interface Claims {
  /**
   * False where another process has it; to be given back as often as it was taken. What was stored by others before is
   * there to be read.
   */
  take(key: string): boolean;
  give(key: string): void;
  /** Resolves when it is worth looking again. */
  wait(key: string): Promise<void>;
}

/** Where claims are kept: those of a runner end with it. Every call is one transaction. */
export interface ClaimStore {
  /** For one runner; true too where it has the claim already. */
  take(key: string): boolean;
  give(key: string): void;
  holder(key: string): Runner | null;
}

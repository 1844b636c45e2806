import type { Spent } from "./reward.ts";

/** What scorers said of texts; asking again is paid for again. */
export interface RewardStore {
  /** `text`: a hash of what was scored. */
  find(scorer: string, text: string): number | null;
  add(scorer: string, text: string, score: number, spent?: Spent | null): void;
  /** What the score took, where the scorer said. */
  spent?(scorer: string, text: string): Spent | null;
}

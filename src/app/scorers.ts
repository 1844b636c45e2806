import { StoredScorer } from "../adapters/scorer/stored.ts";
import type { Spent } from "../ports/reward.ts";
import type { RewardStore } from "../ports/reward-store.ts";

/** Scores are kept for the time of a command where it has no database. */
function inMemory(): RewardStore {
  const scores = new Map<string, Readonly<{ score: number; spent: Spent | null }>>();
  return {
    find: (scorer, text) => scores.get(`${scorer} ${text}`)?.score ?? null,
    spent: (scorer, text) => scores.get(`${scorer} ${text}`)?.spent ?? null,
    add: (scorer, text, score, spent = null) => void scores.set(`${scorer} ${text}`, { score, spent }),
  };
}

/**
 * Reward models by address. Methods name them before a database is open, so a run says afterwards where scores belong.
 */
export class Scorers {
  #store = inMemory();
  readonly #known = new Map<string, StoredScorer>();

  keepIn(store: RewardStore): void {
    this.#store = store;
    this.#known.clear();
  }

  at(url: string): StoredScorer {
    const known = this.#known.get(url) ?? new StoredScorer(this.#store, { url });
    this.#known.set(url, known);
    return known;
  }
}

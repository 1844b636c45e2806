import { hashOf } from "../../core/hash.ts";
import type { RewardStore } from "../../ports/reward-store.ts";
import type { Spent } from "../../ports/reward.ts";
import { type Scored, scorerName, type ScorerOptions, scoreTold } from "./http.ts";

type Unknown = readonly [key: string, item: Scored];

/** Asks a scorer about each text once: what was said before is in the store, what is being asked is waited for. */
export class StoredScorer {
  readonly #store: RewardStore;
  readonly #options: ScorerOptions;
  readonly #asked = new Map<string, Promise<number>>();

  constructor(store: RewardStore, options: ScorerOptions) {
    this.#store = store;
    this.#options = options;
  }

  async score(items: readonly Scored[]): Promise<readonly number[]> {
    const keys = items.map(({ problem, response }) => hashOf([problem, response]));
    const unknown = new Map<string, Scored>();
    items.forEach((item, at) => {
      const key = keys[at] as string;
      if (!this.#asked.has(key) && this.#find(key) === null) unknown.set(key, item);
    });
    this.#ask([...unknown]);
    return await Promise.all(keys.map(async (key) => (await this.#asked.get(key)) ?? (this.#find(key) as number)));
  }

  /** What the scorer took for each text that was scored; null where it does not say. */
  async spent(items: readonly Scored[]): Promise<readonly (Spent | null)[]> {
    const name = scorerName(this.#options.url);
    return items.map(({ problem, response }) => this.#store.spent?.(name, hashOf([problem, response])) ?? null);
  }

  #find(key: string): number | null {
    return this.#store.find(scorerName(this.#options.url), key);
  }

  /** One batch after another; what came is stored before the next is asked, so that a failure loses nothing. */
  #ask(unknown: readonly Unknown[]): void {
    const { batch = 32 } = this.#options;
    let before: Promise<unknown> = Promise.resolve();
    for (let at = 0; at < unknown.length; at += batch) {
      const part = unknown.slice(at, at + batch);
      const scores = before
        .then(() => this.#paid(part))
        .finally(() => part.forEach(([key]) => this.#asked.delete(key)));
      part.forEach(([key], index) =>
        this.#asked.set(
          key,
          scores.then((all) => all[index] as number),
        ),
      );
      before = scores;
    }
  }

  async #paid(part: readonly Unknown[]): Promise<readonly number[]> {
    const told = await scoreTold(
      part.map(([, item]) => item),
      this.#options,
    );
    const name = scorerName(this.#options.url);
    part.forEach(([key], index) => {
      const { score, tokens, parameters } = told[index] as (typeof told)[number];
      this.#store.add(name, key, score, tokens === null ? null : { tokens, parameters });
    });
    return told.map(({ score }) => score);
  }
}

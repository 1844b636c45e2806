import type { ResultStore, TryRecord } from "../ports/result-store.ts";

/** Stores the requests to servers; those before the experiment is known (its examination) are kept until it is. */
export class TryLog {
  readonly #results: ResultStore;
  readonly #early: (readonly [string, TryRecord])[] = [];
  #experiment: number | null = null;
  /** Called for each one from now on. */
  onTry: (tried: TryRecord) => void = () => undefined;

  constructor(results: ResultStore) {
    this.#results = results;
  }

  readonly add = (model: string, tried: TryRecord): void => {
    this.onTry(tried);
    if (this.#experiment === null) this.#early.push([model, tried]);
    else this.#results.addTry(this.#experiment, model, tried);
  };

  belongTo(experiment: number): void {
    this.#experiment = experiment;
    for (const [model, tried] of this.#early.splice(0)) this.add(model, tried);
  }
}

import type { Engine } from "../ports/engine.ts";
import type { PieceStore } from "../ports/piece-store.ts";

/** Stores the text of each token that a run meets, once. */
export class PieceKeeper {
  readonly #store: PieceStore;
  readonly #known = new Map<Engine, Set<number>>();

  constructor(store: PieceStore) {
    this.#store = store;
  }

  /** `identity`: what the engine's chains are known by. */
  async keep(engine: Engine, identity: Readonly<Record<string, unknown>>, ids: ReadonlySet<number>): Promise<void> {
    if (!engine.pieces) return;
    const known = this.#known.get(engine) ?? new Set(this.#store.known(identity));
    this.#known.set(engine, known);
    const fresh = [...ids].filter((id) => !known.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) known.add(id);
    const texts = await engine.pieces(fresh);
    const told = fresh.flatMap((id, at) => {
      const text = texts[at] ?? null;
      return text === null ? [] : [[id, text] as const];
    });
    if (told.length > 0) this.#store.add(identity, new Map(told));
  }
}

import { StoreFault } from "../core/store-fault.ts";
import type { ChainNode, ChainStore } from "../ports/chain-store.ts";
import type { Call } from "./call.ts";
import type { Piece, Spot } from "./piece.ts";
import { plant } from "./plant.ts";
import { Rows } from "./rows.ts";

/**
 * Writes a chain's pieces into the store, each after the piece it hangs from. After its first fault it writes nothing
 * more.
 */
export class Keeper {
  readonly #store: ChainStore;
  readonly #chain: number;
  readonly #onFault: (fault: StoreFault) => void;
  readonly rows = new Rows();
  #fault: StoreFault | null = null;

  constructor(store: ChainStore, chain: number, onFault: (fault: StoreFault) => void) {
    this.#store = store;
    this.#chain = chain;
    this.#onFault = onFault;
  }

  assertSound(): void {
    if (this.#fault) throw this.#fault;
  }

  /** Where a piece is stored. It never changes from now on: what follows goes into another. */
  rowOf(piece: Piece): NonNullable<Piece["row"]> {
    return piece.row ?? this.#append(piece);
  }

  /** Takes in what others have stored beside what is here; returns whether that was something. */
  refresh(root: Spot): boolean {
    const fresh = this.#safely(() => this.#store.beyond(this.#chain, this.rows.lengths));
    plant(fresh, root, this.rows);
    return fresh.length > 0;
  }

  /**
   * Stores how far a call has come, with the piece it drew last. `onFault` informs the
   * callers that rely on a store that fails.
   */
  keep(call: Call, piece: Piece | null): void {
    try {
      if (piece?.row === null) this.rowOf(piece);
      else this.#safely(() => (call.id = this.#store.account(this.#chain, call.soFar())));
    } catch (error) {
      if (error !== this.#fault) throw error;
    }
  }

  #append(piece: Piece): NonNullable<Piece["row"]> {
    const { call } = piece;
    if (!call) throw new Error("a piece without a call was never stored");
    const node = this.#nodeOf(piece);
    const ids = this.#safely(() => this.#store.append(this.#chain, node, call.soFar()));
    call.id = ids.call;
    piece.row = { id: ids.node, start: ids.start };
    this.rows.add(piece);
    return piece.row;
  }

  #nodeOf({ hangs, forced, sampled, masked, maskedIds, signals }: Piece): Omit<ChainNode, "id"> {
    const { logprobs, ...more } = signals;
    const above = hangs ? this.rowOf(hangs.piece) : null;
    return {
      parent: above?.id ?? null,
      offset: (above?.start ?? 0) + (hangs?.tokens ?? 0),
      forced,
      sampled,
      masked: Math.min(masked, sampled.length),
      maskedIds,
      logprobs: logprobs ?? null,
      signals: more,
    };
  }

  #safely<T>(act: () => T): T {
    this.assertSound();
    try {
      return act();
    } catch (error) {
      this.#fault = error instanceof StoreFault ? error : new StoreFault(`the store failed: ${String(error)}`, error);
      this.#onFault(this.#fault);
      throw this.#fault;
    }
  }
}

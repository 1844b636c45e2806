import { ContextOverflow } from "../core/context-overflow.ts";
import { hashOf } from "../core/hash.ts";
import { NotStored } from "../core/not-stored.ts";
import { type Ranges, withRange } from "../core/ranges.ts";
import type { ChainKey, ChainStore } from "../ports/chain-store.ts";
import type { Engine } from "../ports/engine.ts";
import type { Continued, Request } from "../ports/method.ts";
import type { Use } from "../ports/result-store.ts";
import { spanFor } from "./ask.ts";
import { Claim } from "./claim.ts";
import type { Claims } from "../ports/claims.ts";
import type { Paying } from "./call.ts";
import { Growth, type GrowthOptions } from "./growth.ts";
import { Keeper } from "./keeper.ts";
import { drawn, type Piece, sameIds, type Spot } from "./piece.ts";
import { plant } from "./plant.ts";
import { Reader } from "./reader.ts";
import { follow, isSame, newRoot } from "./trie.ts";
import { wishOf } from "./wish.ts";

export type ChainOptions = Paying &
  Readonly<{
    key: ChainKey;
    engine: Engine;
    store: ChainStore;
    /** Called with every newly decoded token count. */
    onDecoded?: ((tokens: number) => void) | undefined;
    /** Nothing is decoded: what is not stored is refused with `NotStored`. */
    offline?: boolean | undefined;
    /** Where other processes may use the chain. */
    claims?: Claims | undefined;
  }>;

/** The tokens an attempt relies on, piece by piece. */
export type Ledger = Map<Piece, Ranges>;

/**
 * The memoised chain of the attempts at one problem: a tree of everything the model was ever asked
 * to continue. What is known is answered from the tree, what is being decoded is waited for, and only
 * what is missing is decoded. Several callers may ask at once.
 */
export class Chain {
  readonly #options: ChainOptions;
  readonly #root: Spot = newRoot();
  readonly #claim: Claim;
  readonly #keeper: Keeper;
  readonly #growths = new Set<Growth>();
  readonly #growing: GrowthOptions;

  constructor(options: ChainOptions) {
    const { key, engine, store, onDecoded, claims } = options;
    const stored = store.open(key);
    this.#options = options;
    this.#claim = new Claim(claims, `chain ${stored.id}`);
    this.#keeper = new Keeper(store, stored.id, (fault) => {
      for (const growth of this.#growths) growth.fail(fault);
    });
    plant(stored.nodes, this.#root, this.#keeper.rows);
    const isKnown = (location: Spot, mask: readonly number[]): boolean =>
      drawn(location, mask) !== null || this.#growthsAt(location, mask).length > 1;
    this.#growing = {
      engine,
      keeper: this.#keeper,
      paying: options,
      onDecoded,
      chain: hashOf(key),
      session: hashOf([key.problem, key.epoch]).slice(0, 16),
      isKnown,
    };
  }

  /** Continues after `request.after`; what the answer relies on is written into the ledger. */
  async continue(request: Request, ledger: Ledger, signal: AbortSignal): Promise<Continued> {
    this.#keeper.assertSound();
    this.#assertFits(request);
    const { sampling } = this.#options.key;
    const reader = new Reader(follow(this.#root, request.after), wishOf(request, sampling));
    let growth: Growth | null = null;
    try {
      for (reader.advance(); reader.stop === null; reader.advance()) {
        signal.throwIfAborted();
        this.#keeper.assertSound();
        const there = this.#growthsAt(reader.here, reader.mask)[0];
        if (!there && this.#hasNews()) {
          if (!this.#claim.isHeld) await this.#claim.wait();
          continue;
        }
        if (!there && this.#options.offline) throw new NotStored(request.after.length + reader.tokenIds.length);
        const next = there ?? this.#grow(reader, request.after);
        if (next !== growth) growth?.leave(reader, left);
        (growth = next).enter(reader);
        await growth.more(reader, signal);
      }
      return answer(reader, ledger);
    } finally {
      growth?.leave(reader, signal.aborted ? signal.reason : left);
    }
  }

  /** The stored nodes of a ledger; what is still growing is stored up to here. */
  uses(ledger: Ledger): readonly Use[] {
    const rows = new Map<number, Ranges>();
    for (const [piece, ranges] of ledger) {
      const { id, start } = this.#keeper.rowOf(piece);
      for (const { from, to } of ranges)
        rows.set(id, withRange(rows.get(id) ?? [], { from: start + from, to: start + to }));
    }
    return [...rows].flatMap(([node, ranges]) => ranges.map((range) => ({ node, ...range })));
  }

  /** Resolves when no call of the engine is under way, and other processes may let the chain grow. */
  async idle(): Promise<void> {
    while (this.#growths.size > 0) await Promise.all([...this.#growths].map(({ done }) => done));
    this.#claim.give();
  }

  #growthsAt(location: Spot, mask: readonly number[]): readonly Growth[] {
    const there = [...this.#growths].filter(
      (growth) => !growth.isOver && isSame(growth.tip, location) && sameIds(growth.mask, mask),
    );
    return there.sort((a, b) => Number(a.isCut) - Number(b.isCut));
  }

  /**
   * Whether something has to be looked at before the tree may grow: another process has the chain, or had it meanwhile.
   */
  #hasNews(): boolean {
    if (this.#claim.isHeld) return false;
    if (this.#claim.take()) this.#claim.giveSoon(() => this.#growths.size === 0);
    return this.#keeper.refresh(this.#root) || !this.#claim.isHeld;
  }

  /** Decodes what the tree lacks. */
  #grow(reader: Reader, after: readonly number[]): Growth {
    const span = spanFor(reader, after, this.#options.key);
    const growth = new Growth(reader.here, reader.mask, span, this.#growing);
    this.#growths.add(growth);
    void growth.done.then(() => {
      this.#growths.delete(growth);
      this.#claim.giveSoon(() => this.#growths.size === 0);
    });
    return growth;
  }

  /** Asked before anything is looked up: what an attempt is given never depends on what others have decoded. */
  #assertFits({ after, maxTokens }: Request): void {
    const { contextLength } = this.#options.engine.info;
    const prefixLength = this.#options.key.prompt.length + after.length;
    if (prefixLength + maxTokens > contextLength) throw new ContextOverflow({ prefixLength, maxTokens, contextLength });
  }
}

const topNames = ["confidences", "entropies"] as const;

const left = new Error("nobody waits for it any more");

function answer({ tokenIds, stop, signals, stretches }: Reader, ledger: Ledger): Continued {
  for (const { piece, ...range } of stretches) ledger.set(piece, withRange(ledger.get(piece) ?? [], range));
  return {
    tokenIds,
    stop: stop ?? "length",
    logprobs: signals.logprobs.length === tokenIds.length ? signals.logprobs : null,
    signals: Object.fromEntries(
      topNames.flatMap((name) => (signals[name].length === tokenIds.length ? [[name, signals[name]]] : [])),
    ),
  };
}

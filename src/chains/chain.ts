import { ContextOverflow } from "../core/context-overflow.ts";
import { isGreedy } from "../core/sampling.ts";
import { hashOf, seedOf } from "../core/hash.ts";
import type { ChainKey, ChainStore } from "../ports/chain-store.ts";
import type { Engine, Sampled, Span } from "../ports/engine.ts";
import type { Continued, Request } from "../ports/method.ts";
import type { Use } from "../ports/result-store.ts";
import { Call, type Price } from "./call.ts";
import { known, type Known, type Wish } from "./lookup.ts";
import { addBranch, type Branch, newGrowth, plant, walk } from "./tree.ts";

/**
 * Sampled tokens are stored, and shown to those who wait for them, at least this often while a span is being
 * decoded. Not at each token: whoever waits follows the whole chain again.
 */
const tokensPerFlush = 64;

export type ChainOptions = Readonly<{
  key: ChainKey;
  engine: Engine;
  store: ChainStore;
  price?: Price | undefined;
  /** Told of every newly decoded token count. */
  onDecoded?: ((tokens: number) => void) | undefined;
}>;

/** The tokens an attempt relies on, branch by branch; a later, longer use of a branch includes the earlier. */
export type Ledger = Map<Branch, number>;

/**
 * The memoised chain behind the attempts at one problem: a tree of everything the model was ever asked
 * to continue. What is known is answered from the tree, what is being decoded is waited for, and only
 * what is missing is decoded. Several callers may ask at once.
 */
export class Chain {
  readonly #options: ChainOptions;
  readonly #id: number;
  readonly #name: string;
  readonly #root: Branch;
  readonly #growing = new Set<Growing>();

  constructor(options: ChainOptions) {
    const stored = options.store.open(options.key);
    this.#options = options;
    this.#id = stored.id;
    this.#name = hashOf(options.key);
    this.#root = plant(stored.nodes);
  }

  /** Goes on behind `request.after`; what the answer relies on is written into the ledger. */
  async continue(request: Request, ledger: Ledger, abort: AbortSignal): Promise<Continued> {
    const wish = this.#wish(request);
    while (true) {
      const found = this.#find(request.after, wish);
      if (found.known.stop !== null) return answer(found.known, ledger);
      if (found.known.growing?.growth) await found.known.growing.growth.promise;
      else await this.#grow(request, wish, found, abort);
      abort.throwIfAborted();
    }
  }

  /** Ids of the stored nodes behind a ledger; what is still growing is stored up to here. */
  uses(ledger: Ledger): readonly Use[] {
    return [...ledger].map(([branch, tokens]) => ({ node: this.#stored(branch), tokens }));
  }

  #wish({ maxTokens, stops, minTokens = 0 }: Request): Wish {
    const maskedIds = [...new Set(stops.map((stop) => stop[0] as number))].sort((a, b) => a - b);
    return { maxTokens, stops, minTokens, maskedIds, greedy: isGreedy(this.#options.key.sampling) };
  }

  #find(after: readonly number[], wish: Wish): Found {
    const { locations, deepest, rest } = walk(this.#root, after);
    const candidates = locations.map((location) => known(location, wish));
    const best = candidates.reduce<Known | null>((a, b) => (a && rank(a) >= rank(b) ? a : b), null);
    return best
      ? { known: best, forced: [] }
      : { known: { tokenIds: [], stretches: [], stop: null, end: deepest, growing: null }, forced: rest };
  }

  /** Decodes what the tree lacks into a new branch, stored piece by piece as it comes. */
  async #grow(request: Request, wish: Wish, found: Found, abort: AbortSignal): Promise<void> {
    const { engine, onDecoded, store, price } = this.#options;
    const span = this.#span(request, wish, found.known.tokenIds);
    const call = new Call({ store, price, chain: this.#id, prefix: span.prefix.length });
    const growth = { tip: this.#sprout(found, span.minTokens, wish.maskedIds), call };
    const receive = (ids: readonly number[], logprobs: readonly number[] | null): void => {
      if (growth.tip.sampled.length >= tokensPerFlush) this.#split(growth);
      call.received += ids.length;
      push(growth.tip, ids, logprobs);
      onDecoded?.(ids.length);
    };
    this.#growing.add(growth);
    try {
      const sampled = await engine.generate(span, { signal: abort, chain: this.#name, onTokens: receive });
      const late = sampled.tokenIds.slice(call.received);
      if (late.length > 0) receive(late, sampled.logprobs?.slice(-late.length) ?? null);
      assertProgress(sampled, call.received);
      call.end(sampled, null);
    } catch (error) {
      call.end(null, error);
      throw error;
    } finally {
      this.#growing.delete(growth);
      this.#finish(growth);
    }
  }

  /** What is left to decode. Never beyond the end of a stop sequence whose beginning is known already. */
  #span(request: Request, wish: Wish, tokenIds: readonly number[]): Span {
    const { engine, key } = this.#options;
    const prefix = [...key.prompt, ...request.after, ...tokenIds];
    const missing = wish.maxTokens - tokenIds.length;
    const { contextLength } = engine.info;
    if (prefix.length + missing > contextLength)
      throw new ContextOverflow({ prefixLength: prefix.length, maxTokens: missing, contextLength });
    return {
      prefix,
      maxTokens: Math.min(missing, ...wish.stops.map((stop) => restOfBegunStop(tokenIds, stop))),
      minTokens: Math.max(0, wish.minTokens - tokenIds.length),
      stops: wish.stops,
      sampling: key.sampling,
      seed: chainSeed(key),
    };
  }

  #sprout({ known: { end }, forced }: Found, masked: number, maskedIds: readonly number[]): Branch {
    const branch = addBranch({
      parent: end.branch,
      offset: end.offset,
      forced,
      masked,
      maskedIds: masked > 0 ? maskedIds : [],
    });
    branch.growth = newGrowth();
    return branch;
  }

  /** Stores what a span has grown so far; it grows on in a child at its end. */
  #split(growth: Growing): void {
    const { tip } = growth;
    this.#store(tip, growth.call.soFar());
    const masked = Math.max(0, tip.masked - tip.sampled.length);
    const child = addBranch({
      parent: tip,
      offset: tip.sampled.length,
      forced: [],
      masked,
      maskedIds: masked > 0 ? tip.maskedIds : [],
    });
    child.growth = newGrowth();
    growth.tip = child;
    wake(tip, null);
  }

  #finish({ tip, call }: Growing): void {
    if (tip.sampled.length > 0) this.#store(tip, call.id);
    else tip.parent?.children.splice(tip.parent.children.indexOf(tip), 1);
    wake(tip, null);
  }

  /** The node of a branch; one that is still growing is stored as far as it is. */
  #stored(branch: Branch): number {
    const growth = [...this.#growing].find(({ tip }) => tip === branch);
    if (growth) this.#split(growth);
    if (branch.id === null) throw new Error("a branch was relied on that was never stored");
    return branch.id;
  }

  #store(branch: Branch, request: number): void {
    const { offset, forced, sampled, masked, maskedIds, logprobs } = branch;
    const parent = branch.parent === this.#root || !branch.parent ? null : this.#stored(branch.parent);
    branch.id = this.#options.store.append(
      this.#id,
      { parent, offset, forced, sampled, masked, maskedIds, logprobs },
      request,
    );
  }
}

/** A span being decoded: its tip is where the next tokens go. */
type Growing = { tip: Branch; readonly call: Call };

type Found = Readonly<{ known: Known; forced: readonly number[] }>;

/** A complete answer first, then one that is being decoded, then the longest. */
const rank = ({ stop, growing, tokenIds }: Known): number =>
  tokenIds.length + (stop !== null ? 2e9 : growing ? 1e9 : 0);

function answer(found: Known, ledger: Ledger): Continued {
  for (const { branch, to } of found.stretches) ledger.set(branch, Math.max(ledger.get(branch) ?? 0, to));
  const logprobs = found.stretches.map(({ branch, from, to }) => branch.logprobs?.slice(from, to) ?? null);
  return {
    tokenIds: found.tokenIds,
    stop: found.stop ?? "length",
    logprobs: logprobs.every((part) => part !== null) ? logprobs.flat() : null,
  };
}

function push(tip: Branch, ids: readonly number[], logprobs: readonly number[] | null): void {
  if (logprobs && tip.sampled.length === 0) tip.logprobs = [];
  tip.sampled.push(...ids);
  if (logprobs) tip.logprobs?.push(...logprobs);
}

/** Lets those go on who wait for a branch. */
function wake(branch: Branch, next: Branch["growth"]): void {
  const growth = branch.growth;
  branch.growth = next;
  growth?.resolve();
}

/** Tokens missing to complete a stop sequence that `ids` end in the beginning of; Infinity if they do not. */
function restOfBegunStop(ids: readonly number[], stop: readonly number[]): number {
  for (let begun = Math.min(stop.length - 1, ids.length); begun > 0; begun--)
    if (stop.slice(0, begun).every((id, at) => ids[ids.length - begun + at] === id)) return stop.length - begun;
  return Infinity;
}

function assertProgress({ tokenIds, stop }: Sampled, received: number): void {
  if (received !== tokenIds.length)
    throw new Error(`the engine reported ${received} tokens as they came but returned ${tokenIds.length}`);
  if (received === 0) throw new Error(`the engine returned no token (stop: ${stop})`);
}

/** The seed of everything random in a chain; greedy chains of one problem differ in their epoch alone. */
const chainSeed = ({ seed, problem, epoch, draw, arm }: ChainKey): number => seedOf(seed, problem, epoch, draw, arm);

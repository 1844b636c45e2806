import type { SignalName, Signals, TopSignals } from "../core/signals.ts";
import type { StoreFault } from "../core/store-fault.ts";
import type { Engine, Sampled, Span } from "../ports/engine.ts";
import { Call, type Paying } from "./call.ts";
import type { Keeper } from "./keeper.ts";
import { grow, newPiece, type Piece, type PieceSignals, type Spot } from "./piece.ts";
import type { Reader } from "./reader.ts";
import { Readers } from "./readers.ts";
import { depthOf, extend, step } from "./trie.ts";
import { endsIn } from "./wish.ts";

/** Sampled tokens are stored, and shown to those who wait for them, at least this often while a span is decoded. */
const tokensPerPiece = 64;

export type GrowthOptions = Readonly<{
  engine: Engine;
  keeper: Keeper;
  paying: Paying;
  onDecoded: ((tokens: number) => void) | undefined;
  /** The chain's name for the engine. */
  chain: string;
  /** The same for all chains of a problem in an epoch. */
  session: string;
  /** Whether what is asked for there is known, or grows by another call. */
  isKnown: (location: Spot, mask: readonly number[]) => boolean;
}>;

/**
 * One call of an engine, and the tokens it adds to the tree. It belongs to nobody: readers come and go, and it is cut
 * short when none is left. Whatever still comes then is kept too.
 */
export class Growth {
  readonly mask: readonly number[];
  /** Where the next token goes. */
  tip: Spot;
  /** It was stopped early. */
  isCut = false;
  /** Resolves when the engine is done; never rejects. */
  readonly done: Promise<void>;
  readonly #options: GrowthOptions;
  readonly #span: Span;
  readonly #call: Call;
  readonly #sampled: number[] = [];
  readonly #abort = new AbortController();
  readonly #readers = new Readers();
  #piece: Piece | null = null;
  #isJoined = false;
  #fault: StoreFault | null = null;
  #over: Readonly<{ error: unknown }> | null = null;

  constructor(tip: Spot, mask: readonly number[], span: Span, options: GrowthOptions) {
    this.tip = tip;
    this.mask = mask;
    this.#span = span;
    this.#options = options;
    this.#call = new Call(span.prefix.length, options.paying);
    this.done = this.#run();
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  enter(reader: Reader): void {
    this.#readers.enter(reader);
  }

  leave(reader: Reader, reason: unknown): void {
    this.#readers.leave(reader);
    if (this.#readers.isEmpty && !this.isOver) this.#cut(reason);
  }

  /**
   * Waits for as much as the reader needs next. Rejects with its abort, or with what ended the call if it is the first.
   */
  async more(reader: Reader, signal: AbortSignal): Promise<void> {
    const waitsForAll = this.#readers.isFirst(reader) || this.isCut;
    const until = waitsForAll ? Infinity : depthOf(reader.here) + patience(reader);
    if (!this.isOver && !this.#fault && depthOf(this.tip) < until) await this.#readers.wait(reader, until, signal);
    if (this.#fault) throw this.#fault;
    const failed = this.#over && this.#over.error !== null && !this.isCut;
    if (failed && this.#readers.isFirst(reader)) throw this.#over?.error;
  }

  /** Every caller that waits gets the fault, at once. */
  fail(fault: StoreFault): void {
    this.#fault = fault;
    this.#readers.fail(fault);
    this.#stop(fault);
  }

  async #run(): Promise<void> {
    const { engine, chain, session } = this.#options;
    const watch = { signal: this.#abort.signal, chain, session, onTokens: this.#receive };
    let error: unknown = null;
    try {
      const sampled = await engine.generate(this.#span, watch);
      const late = sampled.tokenIds.slice(this.#call.received);
      if (late.length > 0)
        this.#receive(late, sampled.logprobs?.slice(-late.length) ?? null, lastOf(sampled.signals, late.length));
      assertProgress(sampled, this.#call.received);
      this.#call.end(sampled, null);
    } catch (fault) {
      error = fault;
      this.#call.end(null, this.#isJoined ? null : fault);
    }
    this.#options.keeper.keep(this.#call, this.#piece);
    this.#over = { error };
    this.#readers.wake(Infinity);
  }

  /** Called by the engine, and so never throws for a fault of ours. */
  readonly #receive = (ids: readonly number[], logprobs: readonly number[] | null, signals: TopSignals = {}): void => {
    this.#call.received += ids.length;
    const told: Signals = logprobs ? { ...signals, logprobs } : signals;
    ids.forEach((id, at) => this.#take(id, told, at));
    this.#options.onDecoded?.(ids.length);
    if ((this.#piece?.sampled.length ?? 0) >= tokensPerPiece || this.isCut || this.isOver) this.#keep();
    this.#readers.wake(depthOf(this.tip));
  };

  #take(id: number, told: Signals, at: number): void {
    if (this.#piece === null || this.#piece.row !== null) this.#piece = this.#newPiece(told);
    const known = step(this.tip, id);
    this.tip = known ?? extend(this.tip, id);
    this.#sampled.push(id);
    grow(this.#piece, this.tip);
    note(this.#piece.signals, told, at);
    if (known) this.#joinIfKnown();
  }

  /** Where the path is one that a method wrote elsewhere, what follows may be known: then it is not decoded again. */
  #joinIfKnown(): void {
    const { maxTokens, stops } = this.#span;
    const isDone = this.#sampled.length >= maxTokens || stops.some((stop) => endsIn(this.#sampled, stop));
    if (isDone || this.isCut || !this.#options.isKnown(this.tip, this.mask)) return;
    this.#isJoined = true;
    this.#cut(new Error("what follows is known"));
    this.#readers.wake(Infinity);
  }

  #newPiece(told: Signals): Piece {
    const isMasked = this.mask.length > 0;
    return newPiece(this.tip, {
      row: null,
      call: this.#call,
      masked: isMasked ? Infinity : 0,
      maskedIds: this.mask,
      signals: Object.fromEntries(Object.keys(told).map((name) => [name, []])),
    });
  }

  #keep(): void {
    if (this.#piece?.row === null) this.#options.keeper.keep(this.#call, this.#piece);
  }

  /** What came so far is stored at once: who knows whether the process lives until the engine has stopped. */
  #cut(reason: unknown): void {
    this.#keep();
    this.#stop(reason);
  }

  #stop(reason: unknown): void {
    this.isCut = true;
    this.#abort.abort(reason);
  }
}

/** What was said of the next token; a signal that is missing once is dropped for the whole piece. */
function note(signals: PieceSignals, told: Signals, at: number): void {
  for (const name of Object.keys(signals) as SignalName[]) {
    const value = told[name]?.[at];
    if (value === undefined) delete signals[name];
    else signals[name]?.push(value);
  }
}

const lastOf = (signals: TopSignals = {}, count: number): TopSignals =>
  Object.fromEntries(Object.entries(signals).map(([name, values]) => [name, values.slice(-count)]));

/** Tokens worth waiting for. Where a mask holds, the next one decides how to go on. */
const patience = ({ masked, missing }: Reader): number => (masked > 0 ? 1 : Math.min(missing, tokensPerPiece));

function assertProgress({ tokenIds, stop }: Sampled, received: number): void {
  if (received !== tokenIds.length)
    throw new Error(`the engine reported ${received} tokens as they came but returned ${tokenIds.length}`);
  if (received === 0) throw new Error(`the engine returned no token (stop: ${stop})`);
}

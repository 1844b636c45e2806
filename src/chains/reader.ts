import { type Draw, drawn, type Piece, type Spot } from "./piece.ts";
import { type SignalName, signalNames } from "../core/signals.ts";
import { endsIn, type Wish } from "./wish.ts";

/** Tokens of a piece, from one up to another. */
export type Stretch = { readonly piece: Piece; readonly from: number; to: number };

/**
 * Follows what is known after a location until a wish is met; continues from there when more has become known.
 *
 * Under greedy decoding the model's free choice is its masked choice too, where the mask allows it. So the free choice
 * is always looked at, and asked for, first: whoever asks first, the same tokens are drawn.
 */
export class Reader {
  readonly wish: Wish;
  here: Spot;
  readonly tokenIds: number[] = [];
  readonly signals: Record<SignalName, number[]> = { logprobs: [], confidences: [], entropies: [] };
  /** What the tokens rest on: themselves, and free choices that a mask refused. */
  readonly stretches: Stretch[] = [];
  /** Null while the wish is not met. */
  stop: "stop" | "length" | null = null;
  /** Stops that begin as they end for whose rest a request was cut short already. */
  readonly decided = new Set<readonly number[]>();
  /** What the next token is drawn without, where it is not known. */
  mask: readonly number[] = free;

  readonly #lasts: ReadonlySet<number | undefined>;

  constructor(start: Spot, wish: Wish) {
    this.here = start;
    this.wish = wish;
    this.#lasts = new Set(wish.stops.map((stop) => stop.at(-1)));
  }

  /** Tokens for which the mask still holds. */
  get masked(): number {
    return Math.max(0, this.wish.minTokens - this.tokenIds.length);
  }

  get missing(): number {
    return this.wish.maxTokens - this.tokenIds.length;
  }

  advance(): void {
    while (this.stop === null) {
      const draw = this.#next();
      if (!draw) return;
      this.#take(draw);
      this.#runOn(draw.piece);
    }
  }

  /**
   * Most tokens stand in the run and the piece of the one before, drawn freely: those are taken without looking around.
   */
  #runOn(piece: Piece): void {
    const { run } = this.here;
    let { at } = this.here;
    const stretch = this.stretches.at(-1) as Stretch;
    while (this.stop === null && run.marks[at] === piece.alone && this.masked === 0 && stretch.to >= piece.masked) {
      this.#add(run.ids[at] as number, piece, stretch.to);
      stretch.to++;
      at++;
    }
    this.here = { run, at };
  }

  #next(): Draw | null {
    const { mask, greedy } = this.wish;
    if (this.masked === 0) return drawn(this.here, (this.mask = free));
    const choice = greedy ? drawn(this.here, free) : null;
    if (choice && !mask.includes(choice.id)) return choice;
    if (choice) this.#restOn(choice);
    this.mask = greedy && !choice ? free : mask;
    return drawn(this.here, mask);
  }

  #take(draw: Draw): void {
    const at = this.#restOn(draw);
    this.here = draw.next;
    this.#add(draw.id, draw.piece, at);
  }

  #add(id: number, { signals }: Piece, at: number): void {
    this.tokenIds.push(id);
    for (const name of signalNames) {
      const value = signals[name]?.[at];
      if (value !== undefined) this.signals[name].push(value);
    }
    if (this.#lasts.has(id) && this.wish.stops.some((stop) => endsIn(this.tokenIds, stop))) this.stop = "stop";
    else if (this.missing === 0) this.stop = "length";
  }

  #restOn({ piece, next: { run, at } }: Draw): number {
    const from = run.depth + at - 1 - piece.start;
    const last = this.stretches.at(-1);
    if (last?.piece === piece && last.to === from) last.to = from + 1;
    else this.stretches.push({ piece, from, to: from + 1 });
    return from;
  }
}

const free: readonly number[] = [];

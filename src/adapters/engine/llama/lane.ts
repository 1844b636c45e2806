import type { NativeDraw, SamplerConfig } from "./binding.ts";

/** What is to be read after one token of a portion. */
export type Reading = Readonly<{
  config: SamplerConfig;
  /** The whole distribution with it. */
  probabilities: boolean;
  /** The probability of the drawn token with it. */
  confidence: boolean;
  /** Of a large vocabulary: so many of the most probable tokens with it, and how probable they and it are. */
  top?: number;
}>;

/** What a lane feeds in one step: tokens, and readings by the offset of their token. */
export type Portion = Readonly<{
  tokens: readonly number[];
  readings: readonly (readonly [offset: number, reading: Reading])[];
}>;

/** Something that goes through the model step by step, in the cache of one slot. */
export interface Lane {
  /** Everything it will have fed when it draws next: decides which slot suits it. */
  readonly prefix: readonly number[];
  /** Tokens that it will have in the cache after the steps until its next draw. */
  readonly length: number;
  readonly chain: string;
  readonly signal: AbortSignal;
  /** Starts, or starts again, with these first tokens of `prefix` in the cache. */
  enter(cached: number): void;
  /** At most `room` tokens, at least one. */
  portion(room: number): Portion;
  /** What was read, in the order asked. Returns whether it goes on. */
  see(draws: readonly NativeDraw[]): boolean;
  /** Tells its caller what it has seen; called while the next step is being decoded. */
  deliver(): void;
  fail(reason: unknown): void;
}

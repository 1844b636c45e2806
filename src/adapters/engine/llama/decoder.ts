import { mostOf } from "../../../core/extremes.ts";
import { setImmediate } from "node:timers/promises";
import type { Binding, NativeDraw, NativeSampler, SamplerConfig } from "./binding.ts";
import type { Lane, Reading } from "./lane.ts";
import type { Memory } from "./memory.ts";
import { FreeSlots, sharedLength, type Slot } from "./slots.ts";
import { readTop } from "./top-reading.ts";
import type { ThreadChooser } from "./thread-chooser.ts";

/** A lane in its slot. `done`: it takes part in no further step; `failed`: and its caller knows why. */
type Place = { readonly lane: Lane; readonly slot: Slot; state: "under way" | "done" | "failed" };

type Asked = Readonly<{ place: Place; index: number; reading: Reading }>;

/** One batch: who is in it, and what was asked of it. */
type Step = Readonly<{ places: readonly Place[]; asked: readonly Asked[]; draws: Promise<readonly NativeDraw[]> }>;

export type DecoderOptions = Readonly<{
  memory: Memory;
  batchSize: number;
  threads: ThreadChooser;
  /** Whether jobs of libuv's pool follow one another. */
  onePoolThread: boolean;
}>;

/**
 * Takes all lanes through the model together, one batch a step. While a batch is decoded in a thread of its own, what
 * the one before it gave is handed out here: decoder and JavaScript work at the same time.
 */
export class Decoder {
  readonly #options: DecoderOptions;
  readonly #waiting: Lane[] = [];
  #places: Place[] = [];
  #free: FreeSlots;
  #running: Promise<void> | null = null;
  #closed: Error | null = null;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#free = new FreeSlots(options.memory.slots);
  }

  submit(lane: Lane): void {
    if (this.#closed) return lane.fail(this.#closed);
    this.#waiting.push(lane);
    this.#running ??= this.#run();
  }

  /** Running, waiting and later calls fail with `reason`. */
  async close(reason: Error): Promise<void> {
    this.#closed = reason;
    this.#failAll(reason);
    await this.#running;
  }

  async #run(): Promise<void> {
    await setImmediate(); // others come in the same turn
    let seen: readonly Place[] = [];
    do {
      const step = await this.#begin();
      seen.forEach(deliver);
      seen = step ? await this.#end(step) : [];
    } while (seen.length > 0 || this.#waiting.length > 0 || this.#places.length > 0);
    this.#running = null;
  }

  /** Starts the next batch; null where there is nothing to decode. */
  async #begin(): Promise<Step | null> {
    try {
      this.#leave();
      this.#admit();
      if (this.#places.some(({ lane }) => lane.length > this.#options.memory.length)) await this.#grow();
      return this.#places.length > 0 ? this.#feed() : null;
    } catch (error) {
      this.#failAll(error);
      return null;
    }
  }

  /** Lets go of who is done or was aborted. */
  #leave(): void {
    for (const place of this.#places)
      if (place.state === "under way" && place.lane.signal.aborted) fail(place, place.lane.signal.reason);
    for (const { lane, slot, state } of this.#places) if (state !== "under way") this.#free.release(slot, lane.chain);
    this.#places = this.#places.filter(({ state }) => state === "under way");
    for (const lane of this.#waiting.filter(({ signal }) => signal.aborted)) {
      this.#waiting.splice(this.#waiting.indexOf(lane), 1);
      lane.fail(lane.signal.reason);
    }
  }

  #admit(): void {
    for (let lane = this.#waiting[0]; lane; lane = this.#waiting[0]) {
      const slot = this.#free.take(lane);
      if (!slot) return;
      this.#waiting.shift();
      lane.enter(cutBack(slot, lane.prefix, this.#options.memory.binding));
      this.#places.push({ lane, slot, state: "under way" });
    }
  }

  /** Larger caches, empty: everyone under way reads what he has so far anew. */
  async #grow(): Promise<void> {
    const { memory } = this.#options;
    const lanes = this.#places.map(({ lane }) => lane);
    this.#places = [];
    let fault: unknown;
    await memory.grow(mostOf(lanes.map(({ length }) => length))).catch((error: unknown) => (fault = error));
    const tooLong = (lane: Lane): boolean => lane.length > memory.length;
    for (const lane of lanes.filter(tooLong)) lane.fail(fault);
    this.#waiting.unshift(...lanes.filter((lane) => !tooLong(lane)));
    this.#free = new FreeSlots(memory.slots);
    this.#admit();
  }

  #feed(): Step {
    const { memory, batchSize, threads } = this.#options;
    const { binding } = memory;
    let room = batchSize - this.#places.length;
    const portions = this.#places.map((place) => {
      const portion = place.lane.portion(1 + room);
      room -= portion.tokens.length - 1;
      return { place, portion };
    });
    const tokens = portions.reduce((sum, { portion }) => sum + portion.tokens.length, 0);
    binding.initBatch(tokens);
    const asked: Asked[] = [];
    for (const { place, portion } of portions) {
      const { slot } = place;
      const at = portion.readings.map(([offset]) => offset);
      const indexes = binding.addToBatch(
        slot.sequence,
        slot.ids.length,
        Uint32Array.from(portion.tokens),
        Uint32Array.from(at),
      );
      for (const id of portion.tokens) slot.ids.push(id);
      portion.readings.forEach(([, reading], nth) => asked.push({ place, index: indexes[nth] as number, reading }));
    }
    return { places: this.#places, asked, draws: this.#draw(asked, threads.timed(tokens, binding)) };
  }

  /** Who was in the batch, with what it gave seen. */
  async #end({ places, asked, draws: drawn }: Step): Promise<readonly Place[]> {
    try {
      const draws = await drawn;
      let at = 0;
      for (const place of places) {
        const from = at;
        while (asked[at]?.place === place) at++;
        if (place.state === "under way") see(place, draws.slice(from, at));
      }
      return places;
    } catch (error) {
      // What is in the caches now is not known.
      for (const { slot } of places) forget(slot, this.#options.memory.binding);
      this.#failAll(error);
      return [];
    }
  }

  /**
   * Each draw is a job of libuv's pool. Where that has one thread, they are queued behind the batch at once and cost no
   * turn of JavaScript. Elsewhere they wait for it, and the first is alone: it makes llama.cpp put the rows of logits
   * in order, and others beside it would be given the tokens of other sequences now and then
   * (`tests/model/engine-threads.test.ts`).
   */
  async #draw(asked: readonly Asked[], decoded: Promise<void>): Promise<readonly NativeDraw[]> {
    const { memory, onePoolThread } = this.#options;
    const { binding } = memory;
    const together = (some: readonly Asked[]) => Promise.all(some.map((one) => drawOne(one, binding)));
    if (onePoolThread && !repeats(asked)) return (await Promise.all([decoded, together(asked)]))[1];
    await decoded;
    if (repeats(asked)) return inTurn(asked, binding);
    return [...(await inTurn(asked.slice(0, 1), binding)), ...(await together(asked.slice(1)))];
  }

  #failAll(reason: unknown): void {
    for (const place of this.#places) fail(place, reason);
    for (const lane of this.#waiting.splice(0)) lane.fail(reason);
  }
}

const fail = (place: Place, reason: unknown): void => {
  if (place.state !== "failed") place.lane.fail(reason);
  place.state = "failed";
};

const see = (place: Place, draws: readonly NativeDraw[]): void => {
  try {
    if (!place.lane.see(draws)) place.state = "done";
  } catch (error) {
    fail(place, error);
  }
};

/** A caller that does not take its tokens ends its lane and no other. */
const deliver = (place: Place): void => {
  if (place.state === "failed") return;
  try {
    place.lane.signal.throwIfAborted();
    place.lane.deliver();
  } catch (error) {
    fail(place, error);
  }
};

/**
 * Leaves in the cache what it shares with the prefix, less the last token: feeding that one gives the first
 * distribution.
 */
const cutBack = (slot: Slot, prefix: readonly number[], binding: Binding): number => {
  const kept = Math.max(0, Math.min(sharedLength(slot.ids, prefix), prefix.length - 1));
  if (kept === slot.ids.length) return kept;
  // Recurrent models cannot go back: they read again what they should have kept.
  if (kept === 0 || !binding.removeTokenCellsFromSequence(slot.sequence, kept, -1)) {
    forget(slot, binding);
    return 0;
  }
  slot.ids.length = kept;
  return kept;
};

const forget = (slot: Slot, binding: Binding): void => {
  binding.disposeSequence(slot.sequence);
  slot.ids = [];
};

/** A slot has one sampler: two readings of it follow one another. */
const repeats = (asked: readonly Asked[]): boolean => new Set(asked.map(({ place }) => place)).size < asked.length;

const inTurn = async (asked: readonly Asked[], binding: Binding): Promise<readonly NativeDraw[]> => {
  const draws: NativeDraw[] = [];
  for (const one of asked) draws.push(await drawOne(one, binding));
  return draws;
};

const drawOne = ({ place: { slot }, index, reading }: Asked, binding: Binding): Promise<NativeDraw> => {
  const { config, top } = reading;
  if (top !== undefined) return readTop({ index, config, top }, { binding, samplerFor: samplerIn(slot, binding) });
  if (slot.config !== reading.config) configure(slot, reading.config, binding);
  return reading.probabilities || reading.confidence
    ? binding.sampleToken(index, slot.sampler, reading.probabilities, reading.confidence)
    : binding.sampleToken(index, slot.sampler);
};

const samplerIn =
  (slot: Slot, binding: Binding) =>
  (config: SamplerConfig): NativeSampler => {
    if (slot.config !== config) configure(slot, config, binding);
    return slot.sampler;
  };

/**
 * A sampler that gets its own seed again would go on with the next random number: then a new one takes its place.
 */
const configure = (slot: Slot, config: SamplerConfig, binding: Binding): void => {
  if (slot.config?.seed === config.seed && config.temperature > 0) {
    slot.sampler.dispose();
    slot.sampler = binding.createSampler();
  }
  slot.sampler.applyConfig(config);
  slot.config = config;
};

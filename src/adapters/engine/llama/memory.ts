import type { LlamaContext } from "node-llama-cpp";
import { bindingOf, type Binding } from "./binding.ts";
import type { Slot } from "./slots.ts";

/** Opens a context of `sequences` caches of `length` tokens. */
export type OpenContext = (sequences: number, length: number) => Promise<LlamaContext>;

export type MemoryPlan = Readonly<{
  /** Tokens of a cache at first, and at most. */
  first: number;
  most: number;
  /** Caches that fit, by their length. */
  sequences: (length: number) => number;
}>;

/**
 * The caches of the chains under way. They begin short and grow with the longest chain, up to the whole context: caches
 * of the whole context for thoughts of a few hundred tokens would take many times the memory of a small model.
 */
export class Memory {
  readonly #open: OpenContext;
  readonly #plan: MemoryPlan;
  #context: LlamaContext | null = null;
  #binding: Binding | null = null;
  /** Tokens that a cache holds. */
  length = 0;
  slots: readonly Slot[] = [];

  private constructor(open: OpenContext, plan: MemoryPlan) {
    this.#open = open;
    this.#plan = plan;
  }

  static async allocate(open: OpenContext, plan: MemoryPlan): Promise<Memory> {
    const memory = new Memory(open, plan);
    await memory.#allocate(plan.first);
    return memory;
  }

  get binding(): Binding {
    if (!this.#binding) throw new Error("no context is open");
    return this.#binding;
  }

  /**
   * New caches, empty, of at least `needed` tokens. Without memory for them, the old ones are left, empty too.
   */
  async grow(needed: number): Promise<void> {
    const before = this.length;
    await this.dispose();
    try {
      await this.#allocate(Math.min(this.#plan.most, Math.max(2 * before, needed)));
    } catch (error) {
      await this.#allocate(before);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    for (const { sampler } of this.slots) sampler.dispose();
    this.slots = [];
    this.#binding = null;
    await this.#context?.dispose();
    this.#context = null;
  }

  async #allocate(length: number): Promise<void> {
    const sequences = this.#plan.sequences(length);
    this.#context = await this.#open(sequences, length);
    this.#binding = bindingOf(this.#context);
    this.length = length;
    this.slots = Array.from({ length: sequences }, (_, sequence) => ({
      sequence,
      sampler: this.binding.createSampler(),
      config: null,
      ids: [],
      chain: null,
    }));
  }
}

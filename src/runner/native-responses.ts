import { hashOf, seedOf } from "../core/hash.ts";
import type { Problem } from "../core/problem.ts";
import type { Claims } from "../ports/claims.ts";
import type { Knobs, NativeResponse } from "../ports/native-engine.ts";
import type { ResponseKey, ResponseStore, StoredResponse } from "../ports/response-store.ts";
import { alone } from "./share-claims.ts";
import { messageOf } from "../core/message-of.ts";
import { costOf } from "./native-cost.ts";
import type { Conditions, NativeModel, NativePoint } from "./prepared.ts";

export type ResponsesOptions = Readonly<{
  store: ResponseStore;
  conditions: Pick<Conditions, "sampling" | "seed" | "share">;
  /** Where other processes may use the database. */
  claims?: Claims | undefined;
  /** Called for every response that was paid for; null: the server does not report how long it is. */
  onDecoded?: (model: string, tokens: number | null) => void;
  /** Called with its price, where the model has one. */
  onPaid?: (money: number) => void;
  /** Why questions got no answer in batches, by the hash of their key: they are not asked one by one. */
  unanswered?: ReadonlyMap<string, string>;
}>;

/** One question put to a model. */
export type Asked = Readonly<{
  point: Pick<NativePoint, "record" | "model" | "method" | "options">;
  problem: Problem;
  epoch: number;
}>;

export const knobsOf = ({ method, options }: Asked["point"]): Knobs => method.knobs(options);

/**
 * The memory before native models: what is stored is never asked for again, and those who want the same wait for one
 * request.
 */
export class Responses {
  readonly #options: ResponsesOptions;
  readonly #coming = new Map<string, Promise<StoredResponse>>();

  constructor(options: ResponsesOptions) {
    this.#options = options;
  }

  async ask(asked: Asked, signal: AbortSignal): Promise<StoredResponse> {
    const key = keyOfAsked(this.#options.conditions, asked);
    const name = hashOf(key);
    const coming =
      this.#coming.get(name) ?? this.#find(asked.point.model, key, signal).finally(() => this.#coming.delete(name));
    this.#coming.set(name, coming);
    return coming;
  }

  async #find(model: NativeModel, key: ResponseKey, signal: AbortSignal): Promise<StoredResponse> {
    const { store, claims = alone } = this.#options;
    const name = `response ${hashOf(key)}`;
    for (let stored = store.find(key); ; stored = store.find(key)) {
      if (stored) return stored;
      if (claims.take(name)) break;
      await claims.wait(name);
    }
    try {
      return store.find(key) ?? (await this.#request(model, key, signal));
    } finally {
      claims.give(name);
    }
  }

  async #request(model: NativeModel, key: ResponseKey, signal: AbortSignal): Promise<StoredResponse> {
    const { native, name } = model;
    const unanswered = this.#options.unanswered?.get(hashOf(key));
    if (unanswered !== undefined) throw new Error(unanswered);
    const { question, knobs, sampling } = key;
    const [startedAt, start] = [new Date().toISOString(), performance.now()];
    const record = (response: NativeResponse | null, error: string | null): number =>
      this.#options.store.addRequest({
        startedAt,
        milliseconds: Math.round(performance.now() - start),
        sampledTokens: response?.tokens.output ?? null,
        promptTokens: response?.tokens.prompt ?? null,
        cachedTokens: response?.tokens.cached ?? null,
        ...(response ? costOf(model, response) : { cost: null, promptCost: null }),
        error,
      });
    const asked = { question, knobs, sampling, seed: seedOfKey(key) };
    const response = await native.respond(asked, { signal, chain: hashOf(key) }).catch((error: unknown) => {
      record(null, messageOf(error));
      throw error;
    });
    const stored = this.#options.store.add(key, response, record(response, null));
    this.#options.onDecoded?.(name, response.tokens.output);
    const { cost } = costOf(model, response);
    if (cost !== null) this.#options.onPaid?.(cost);
    return stored;
  }
}

/** What a response to a question is stored under. */
export function keyOfAsked(
  { sampling, seed, share }: ResponsesOptions["conditions"],
  { point, problem, epoch }: Asked,
): ResponseKey {
  const arm = share ? "" : point.record.key;
  return {
    engine: point.model.native.info.identity,
    question: problem.text,
    knobs: knobsOf(point),
    sampling,
    problem: problem.id,
    epoch,
    seed,
    arm,
  };
}

/** A number that servers take: 31 bits. */
export const seedOfKey = ({ seed, problem, epoch, arm }: ResponseKey): number =>
  seedOf(seed, problem, epoch, 0, arm) >>> 1;

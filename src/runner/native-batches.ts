import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf } from "../core/hash.ts";
import { UserError } from "../core/user-error.ts";
import type { BatchLineRow, BatchStore, OpenBatch } from "../ports/batch-store.ts";
import type { Claims } from "../ports/claims.ts";
import type { BatchResult } from "../ports/native-engine.ts";
import type { ResponseKey, ResponseStore } from "../ports/response-store.ts";
import { costOf } from "./native-cost.ts";
import { seedOfKey } from "./native-responses.ts";
import type { NativeModel } from "./prepared.ts";
import { alone } from "./share-claims.ts";

export type BatchingOptions = Readonly<{
  responses: ResponseStore;
  batches: BatchStore;
  claims?: Claims | undefined;
  signal: AbortSignal;
  onDecoded?: (model: string, tokens: number | null) => void;
  onPaid?: (money: number) => void;
  /** Called with what a person waiting would like to know, a line each. */
  onNote?: (text: string) => void;
  /** How many of these questions the ceilings still allow; throws where they allow none. */
  allowed?: (wanted: number) => number;
}>;

/** A question that keeps coming back without an answer is given up. */
const mostTries = 3;

/** A service that refuses a batch for load is asked again after so many milliseconds, this often. */
const submitTries = 5;

type Wanted = Map<string, ResponseKey>;

/**
 * Fetches the answers to all these questions of one model in batches, and stores them. Each batch is written down
 * before it is handed in; what a killed process left is found and fetched first, so nothing is asked twice. Returns why
 * some got no answer, by the hash of their key. Rejects with the signal's reason when aborted: the batches go on.
 */
export async function fillByBatches(
  model: NativeModel,
  keys: readonly ResponseKey[],
  options: BatchingOptions,
): Promise<ReadonlyMap<string, string>> {
  const { claims = alone } = options;
  const name = `batches of ${serviceOf(model)}`;
  while (!claims.take(name)) {
    await claims.wait(name);
    options.signal.throwIfAborted();
  }
  try {
    return await new Batching(model, keys, options).run();
  } finally {
    claims.give(name);
  }
}

const serviceOf = ({ native }: NativeModel): string => hashOf(native.info.identity);

class Batching {
  readonly #model: NativeModel;
  readonly #options: BatchingOptions;
  readonly #keys: Wanted;
  readonly #failed = new Map<string, string>();
  readonly #service: string;
  readonly #told = new Map<string, number>();

  constructor(model: NativeModel, keys: readonly ResponseKey[], options: BatchingOptions) {
    this.#model = model;
    this.#options = options;
    this.#keys = new Map(keys.map((key) => [hashOf(key), key]));
    this.#service = serviceOf(model);
  }

  async run(): Promise<ReadonlyMap<string, string>> {
    await this.#findLost();
    for (let wanted = this.#wanted(); wanted.size > 0; wanted = this.#wanted()) {
      const waiting = new Set(this.#open().flatMap(({ lines }) => lines.map(({ key }) => key)));
      const free = [...wanted].filter(([hash]) => !waiting.has(hash)).map(([, key]) => key);
      const before = this.#open().length;
      if (free.length > 0) await this.#submitAll(free, before > 0);
      await this.#fetchOnce();
    }
    // What other experiments wait for in these batches is fetched when they have ended, here or there.
    return this.#failed;
  }

  get #batches() {
    const { batches } = this.#model.native;
    if (!batches) throw new Error(`model ${this.#model.name} takes no batches`);
    return batches;
  }

  #open(): readonly OpenBatch[] {
    return this.#options.batches.open(this.#service);
  }

  /** Questions without an answer that are not given up. */
  #wanted(): Wanted {
    const { responses } = this.#options;
    return new Map([...this.#keys].filter(([hash, key]) => !this.#failed.has(hash) && !responses.find(key)));
  }

  /** Batches that were written down, and perhaps handed in, before a process died. */
  async #findLost(): Promise<void> {
    const { batches, signal, onNote } = this.#options;
    for (const lost of this.#open().filter(({ remote }) => remote === null)) {
      onNote?.(`looking for batch ${lost.token}, which may have been handed in before the last run ended`);
      const remote = await this.#batches.service.find(this.#lookup(lost.token, lost.intendedAt), signal);
      if (remote === null) batches.end(lost.id);
      else batches.submitted(lost.id, remote);
    }
  }

  #lookup(token: string, since: string) {
    return { token, since, known: this.#open().flatMap(({ remote }) => remote ?? []) };
  }

  /** `others`: batches are under way, so that a ceiling that allows no more is no reason to stop yet. */
  async #submitAll(keys: readonly ResponseKey[], others: boolean): Promise<void> {
    const { allowed } = this.#options;
    const { maxLines } = this.#batches;
    let most = keys.length;
    try {
      most = allowed ? allowed(keys.length) : keys.length;
    } catch (error) {
      if (others) return;
      throw error;
    }
    for (const part of this.#parts(keys.slice(0, most), maxLines)) await this.#submit(part);
  }

  /** Not more lines than are asked for, and not more bytes than the service takes. */
  *#parts(keys: readonly ResponseKey[], maxLines: number): Generator<readonly ResponseKey[]> {
    const { mostBytes } = this.#batches.service;
    let part: ResponseKey[] = [];
    let bytes = 0;
    for (const key of keys) {
      const size = Buffer.byteLength(key.question) + perLine;
      if (part.length > 0 && (part.length >= maxLines || bytes + size > mostBytes)) {
        yield part;
        [part, bytes] = [[], 0];
      }
      part.push(key);
      bytes += size;
    }
    if (part.length > 0) yield part;
  }

  async #submit(keys: readonly ResponseKey[]): Promise<void> {
    const { batches, signal, onNote } = this.#options;
    const { service } = this.#batches;
    const token = `overthink-${randomBytes(6).toString("hex")}`;
    const lines = keys.map((key, at) => ({ line: `${token}-${at}`, key }));
    const since = new Date().toISOString();
    const id = batches.intend({ service: this.#service, token, lines });
    const asked = lines.map(({ line, key }) => ({ id: line, request: requestOf(key) }));
    for (let tries = 1; ; tries++) {
      try {
        batches.submitted(id, await service.submit(asked, token, signal));
        onNote?.(`${this.#model.name}: ${keys.length} questions handed in as batch ${token}`);
        return;
      } catch (error) {
        signal.throwIfAborted();
        // A service that says no has nothing of it; one that broke off may have all.
        if (error instanceof UserError || tries >= submitTries) {
          if (error instanceof UserError) batches.end(id);
          throw error;
        }
        await this.#pause();
        const remote = await service.find(this.#lookup(token, since), signal);
        if (remote === null) continue;
        batches.submitted(id, remote);
        return;
      }
    }
  }

  /** Waits until some batch has ended, and stores what came of it. */
  async #fetchOnce(): Promise<void> {
    const { signal } = this.#options;
    const { service } = this.#batches;
    for (;;) {
      let ended = false;
      for (const batch of this.#open()) {
        if (batch.remote === null) continue;
        const state = await service.state(batch.remote, signal);
        this.#tell(batch, state.done);
        if (!state.ended) continue;
        await this.#take(batch, state.refused);
        ended = true;
      }
      if (ended) return;
      await this.#pause();
    }
  }

  #tell({ token, lines }: OpenBatch, done: number): void {
    if (this.#told.get(token) === done) return;
    this.#told.set(token, done);
    this.#options.onNote?.(`${this.#model.name}: batch ${token}: ${done}/${lines.length} done`);
  }

  #pause(): Promise<void> {
    return sleep(this.#batches.pollSeconds * 1000, undefined, { signal: this.#options.signal }).catch(
      (error: unknown) => {
        this.#options.signal.throwIfAborted();
        throw error;
      },
    );
  }

  async #take(batch: OpenBatch, refused: string | null): Promise<void> {
    const { batches, signal } = this.#options;
    const lines = new Map(batch.lines.map((line) => [line.line, line]));
    if (refused !== null) for (const line of batch.lines) this.#fail(batch, line, { error: refused, again: false });
    else
      for await (const result of this.#batches.service.results(batch.remote ?? "", signal)) {
        const line = lines.get(result.id);
        if (line?.state === "open") this.#settle(batch, line, result);
      }
    batches.end(batch.id);
    for (const { key } of batch.lines) this.#giveUp(key);
  }

  #settle(batch: OpenBatch, line: BatchLineRow, result: BatchResult): void {
    if ("error" in result) return this.#fail(batch, line, result);
    const { responses, batches, onDecoded, onPaid } = this.#options;
    const { response } = result;
    // A process that died after it had stored the answer left the line open.
    if (!responses.find(line.question)) {
      const paid = costOf(this.#model, response, this.#model.batchPrice ?? 1);
      const request = responses.addRequest({
        startedAt: batch.submittedAt ?? batch.intendedAt,
        milliseconds: 0,
        sampledTokens: response.tokens.output,
        promptTokens: response.tokens.prompt,
        cachedTokens: response.tokens.cached,
        ...paid,
        error: null,
        batch: batch.id,
      });
      responses.add(line.question, response, request);
      onDecoded?.(this.#model.name, response.tokens.output);
      if (paid.cost !== null) onPaid?.(paid.cost);
    }
    batches.settle(batch.id, line.line, "answered", null);
  }

  #fail({ id }: OpenBatch, { line, key }: BatchLineRow, { error, again }: { error: string; again: boolean }): void {
    this.#options.batches.settle(id, line, again ? "again" : "failed", error);
    if (!again && this.#keys.has(key)) this.#failed.set(key, error);
  }

  #giveUp(key: string): void {
    if (!this.#keys.has(key) || this.#failed.has(key)) return;
    const tries = this.#options.batches.failures(key);
    const wanted = this.#keys.get(key);
    if (tries < mostTries || !wanted || this.#options.responses.find(wanted)) return;
    this.#failed.set(key, `came back from ${tries} batches without an answer`);
  }
}

/** Bytes of a line beside its question. */
const perLine = 1000;

const requestOf = (key: ResponseKey) => ({
  question: key.question,
  knobs: key.knobs,
  sampling: key.sampling,
  seed: seedOfKey(key),
});

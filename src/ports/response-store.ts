import type { Sampling } from "../core/sampling.ts";
import type { RequestRecord } from "./chain-store.ts";
import type { Knobs, NativeResponse } from "./native-engine.ts";

/** Everything that can change a response. Not the experiment: responses are shared between them. */
export type ResponseKey = Readonly<{
  /** `NativeInfo.identity` of the engine that gives it. */
  engine: Readonly<Record<string, unknown>>;
  question: string;
  knobs: Knobs;
  sampling: Sampling;
  problem: string;
  epoch: number;
  seed: number;
  /** Empty where points share; the point's key where each has its own (`share: false`). */
  arm: string;
}>;

/** A response that is stored, with its id. */
export type StoredResponse = NativeResponse & Readonly<{ id: number }>;

/** Keeps the responses of models whose thought cannot be continued. Every call is one transaction. */
export interface ResponseStore {
  find(key: ResponseKey): StoredResponse | null;
  /** `request`: the stored request that gave it. */
  add(key: ResponseKey, response: NativeResponse, request?: number): StoredResponse;
  /** Returns its id. */
  addRequest(request: RequestRecord): number;
}

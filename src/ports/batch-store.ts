import type { ResponseKey } from "./response-store.ts";

/** A line of a batch: the question it holds, and what became of it. */
export type BatchLineRow = Readonly<{
  line: string;
  /** Hash of its key. */
  key: string;
  question: ResponseKey;
  state: "open" | "answered" | "failed" | "again";
}>;

/** A batch of which something is still to come. */
export type OpenBatch = Readonly<{
  id: number;
  /** Our name for it, written down before it was handed in. */
  token: string;
  /** The service's; null where the process died before it was written down. */
  remote: string | null;
  intendedAt: string;
  submittedAt: string | null;
  lines: readonly BatchLineRow[];
}>;

/**
 * Keeps batches, so that none is handed in twice and none is lost: each is written down before it is handed in. Every
 * call is one transaction.
 */
export interface BatchStore {
  /** `service`: who takes it, as one text. Returns its id. */
  intend(
    batch: Readonly<{ service: string; token: string; lines: readonly Readonly<{ line: string; key: ResponseKey }>[] }>,
  ): number;
  submitted(batch: number, remote: string): void;
  /** Batches of a service that have not ended. */
  open(service: string): readonly OpenBatch[];
  settle(batch: number, line: string, state: "answered" | "failed" | "again", error: string | null): void;
  /** Lines that are still open are asked again. */
  end(batch: number): void;
  /** How often a question came back from batches without an answer. */
  failures(key: string): number;
}

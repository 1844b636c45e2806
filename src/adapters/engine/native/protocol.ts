import type { NativeRequest, NativeResponse } from "../../../ports/native-engine.ts";
import type { HttpClient } from "../http/client.ts";

/** Takes the events of one reply in order, or the whole reply as one event. */
export type Reader = Readonly<{
  take: (event: unknown) => void;
  /** Throws a Fault where the reply was broken off. */
  response: () => NativeResponse;
}>;

export type Body = Readonly<Record<string, unknown>>;

/** How one kind of service is asked a question, and how its replies are read. */
export type Protocol = Readonly<{
  path: string;
  body: (asked: NativeRequest) => Body;
  reader: () => Reader;
}>;

/** What a service says of a model in its list. */
export type Entry = Readonly<Record<string, unknown>>;

/** A way to a service: its questions, and its list of models. */
export type ServiceClient = HttpClient &
  Readonly<{
    /** Entries have their name in `id`; empty where there is no list. */
    models: (signal: AbortSignal) => Promise<readonly Entry[]>;
  }>;

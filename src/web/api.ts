import { useEffect, useRef, useState } from "preact/hooks";
import { isBundle } from "./place.ts";
import { bundled } from "./bundled.ts";
import type { Fault } from "../view/types/words.ts";
import { ApiFault } from "./fault.ts";

/** What a request came to: `data` stays while newer is asked for. */
export type Loaded<T> = Readonly<{ data: T | null; fault: Fault | null; loading: boolean }>;

async function fetched<T>(path: string, signal: AbortSignal): Promise<T> {
  if (isBundle()) return bundled<T>(path);
  const response = await fetch(path, { signal });
  const body = (await response.json()) as T & Partial<Fault>;
  if (response.ok) return body;
  throw new ApiFault({ error: body.error ?? `the server answered ${response.status}`, hint: body.hint ?? null });
}

const unreachable: Fault = {
  error: "the viewer does not answer",
  hint: "is `overthink view` still running? Start it again, then reload",
};

/** Asks for a path of the read API; null asks for nothing. Asks again when `version` changes. */
export function useApi<T>(path: string | null, version: number | string = 0): Loaded<T> {
  const [loaded, set] = useState<Loaded<T>>({ data: null, fault: null, loading: true });
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    const isNew = shown.current !== path;
    set((before) => ({ data: isNew ? null : before.data, fault: null, loading: true }));
    fetched<T>(path, stop.signal).then(
      (data) => {
        shown.current = path;
        set({ data, fault: null, loading: false });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        set({ data: null, fault: error instanceof ApiFault ? error.fault : unreachable, loading: false });
      },
    );
    return () => stop.abort();
  }, [path, version]);
  return loaded;
}

/** Asks again as long as what came is not the whole of it. */
export function useWhole<T>(path: string | null, isWhole: (data: T) => boolean): Loaded<T> {
  const [turn, next] = useState(0);
  const loaded = useApi<T>(path, turn);
  useEffect(() => {
    if (loaded.data !== null && !loaded.loading && !isWhole(loaded.data)) next((before) => before + 1);
  }, [loaded]);
  return loaded;
}

/** Asks once, for what is done on a click. */
export const ask = <T>(path: string): Promise<T> => fetched<T>(path, new AbortController().signal);

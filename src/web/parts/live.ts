import { useEffect, useState } from "preact/hooks";
import type { Live } from "../../view/types/experiment.ts";
import type { Fault } from "../../view/types/words.ts";
import { isBundle } from "../place.ts";

/** What a run has stored since the page was opened. Rates are per second, over the last minute. */
export type Seen = Readonly<{
  live: Live | null;
  connected: boolean;
  rate: number | null;
  tokenRate: number | null;
  /** Why no more can be told: its database was moved away. */
  gone: Fault | null;
  /** Nothing was stored for two minutes. */
  isQuiet: boolean;
}>;

const MINUTE = 60_000;

const nothing: Seen = { live: null, connected: false, rate: null, tokenRate: null, gone: null, isQuiet: false };

/** One stream a page, closed while nobody looks. */
export function useLive(experiment: string, newest: number | null): Seen {
  const [seen, set] = useState<Seen>(nothing);
  useEffect(() => {
    if (newest === null || isBundle()) return;
    let source: EventSource | null = null;
    let silence: ReturnType<typeof setTimeout> | undefined;
    let steps: readonly Step[] = [];
    const change = (values: Partial<Seen>): void => set((before) => ({ ...before, ...values }));
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => change({ isQuiet: true }), 2 * MINUTE);
    };
    const open = (): void => {
      source = new EventSource(`/api/e/${encodeURIComponent(experiment)}/events?after=${newest}`);
      source.addEventListener("open", () => change({ connected: true }));
      source.addEventListener("error", () => change({ connected: false }));
      source.addEventListener("gone", (event) => {
        source?.close();
        change({ connected: false, gone: JSON.parse(event.data as string) as Fault });
      });
      source.addEventListener("live", (event) => {
        const live = JSON.parse(event.data as string) as Live;
        steps = withStep(steps, live);
        if (live.changed) listen();
        const rates = { rate: rateOf(steps, "attempts"), tokenRate: rateOf(steps, "tokens") };
        change({ live, connected: true, ...rates, ...(live.changed ? { isQuiet: false } : {}) });
      });
    };
    const look = (): void => {
      source?.close();
      source = null;
      if (!document.hidden) open();
    };
    look();
    listen();
    document.addEventListener("visibilitychange", look);
    return () => {
      source?.close();
      clearTimeout(silence);
      document.removeEventListener("visibilitychange", look);
    };
  }, [experiment, newest]);
  return seen;
}

type Step = Readonly<{ at: number; attempts: number; tokens: number | null }>;

/** Those of the last minute. */
function withStep(steps: readonly Step[], { state: { attempts, decoded_tokens: tokens } }: Live): readonly Step[] {
  const now = Date.now();
  return [...steps.filter(({ at }) => now - at < MINUTE), { at: now, attempts, tokens }];
}

function rateOf(steps: readonly Step[], what: "attempts" | "tokens"): number | null {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last || last.at - first.at < 2000) return null;
  const [from, to] = [first[what], last[what]];
  return from === null || to === null ? null : ((to - from) * 1000) / (last.at - first.at);
}

/** A text that changes at most so often, for whoever has it read out. */
export function useSlowly(text: string, milliseconds: number): string {
  const [told, tell] = useState({ text, at: 0 });
  useEffect(() => {
    if (told.text === text) return;
    const later = setTimeout(() => tell({ text, at: Date.now() }), Math.max(0, told.at + milliseconds - Date.now()));
    return () => clearTimeout(later);
  }, [text, told]);
  return told.text;
}

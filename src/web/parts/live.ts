import { useEffect, useState } from "preact/hooks";
import type { Live } from "../../view/types.ts";
import { isBundle } from "../place.ts";

/** What a run has stored since the page was opened; `rate`: attempts a second, over the last minute. */
export type Seen = Readonly<{ live: Live | null; connected: boolean; rate: number | null; quietSince: number }>;

const MINUTE = 60_000;

/** One stream a page, closed while nobody looks. */
export function useLive(experiment: string, newest: number | null): Seen {
  const [seen, set] = useState<Seen>({ live: null, connected: false, rate: null, quietSince: Date.now() });
  useEffect(() => {
    if (newest === null || isBundle()) return;
    let source: EventSource | null = null;
    let steps: readonly Readonly<{ at: number; attempts: number }>[] = [];
    const open = (): void => {
      source = new EventSource(`/api/e/${encodeURIComponent(experiment)}/events?after=${newest}`);
      source.addEventListener("open", () => set((before) => ({ ...before, connected: true })));
      source.addEventListener("error", () => set((before) => ({ ...before, connected: false })));
      source.addEventListener("live", (event) => {
        const live = JSON.parse(event.data as string) as Live;
        const now = Date.now();
        steps = [...steps.filter(({ at }) => now - at < MINUTE), { at: now, attempts: live.state.attempts }];
        set((before) => ({
          live,
          connected: true,
          rate: rateOf(steps),
          quietSince: live.changed ? now : before.quietSince,
        }));
      });
    };
    const change = (): void => {
      source?.close();
      source = null;
      if (!document.hidden) open();
    };
    change();
    document.addEventListener("visibilitychange", change);
    return () => {
      source?.close();
      document.removeEventListener("visibilitychange", change);
    };
  }, [experiment, newest]);
  return seen;
}

function rateOf(steps: readonly Readonly<{ at: number; attempts: number }>[]): number | null {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last || last.at - first.at < 2000) return null;
  return ((last.attempts - first.attempts) * 1000) / (last.at - first.at);
}

import type { JSX, RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { surpriseAt } from "../../view/chain/heat.ts";
import type { Arm } from "../../view/types/chain.ts";
import { trunkOf } from "./layout.ts";

/** Strips of the map, and how many tokens a thought needs before it is longer than a screen. */
const [STRIPS, LONG] = [120, 300];

/** Surprise at which a strip is full. */
const MOST = 1.5;

/** Mean surprise of the sampled tokens in each strip of the thought; null where it is not known. */
export function surpriseStrips(arm: Arm, strips = STRIPS): readonly (number | null)[] {
  const trunk = trunkOf(arm);
  const total = trunk?.thinking ?? 0;
  const sums = Array.from({ length: strips }, () => ({ sum: 0, n: 0 }));
  let at = 0;
  for (const span of trunk?.spans ?? []) {
    if (span.kind !== "thinking" && span.kind !== "continuation") continue;
    for (let i = 0; i < (span.tokens ?? 0); i++, at++) {
      const surprise = span.heat === null ? null : surpriseAt(span.heat, i);
      const strip = sums[Math.min(strips - 1, Math.floor((at * strips) / Math.max(1, total)))];
      if (surprise === null || !strip) continue;
      strip.sum += surprise;
      strip.n++;
    }
  }
  return sums.map(({ sum, n }) => (n === 0 ? null : sum / n));
}

type Props = Readonly<{ arm: Arm; text: RefObject<HTMLElement | null>; onAt: (at: number) => void }>;

/** A long thought at a glance: how surprising, where it loops, where words were put in, and what is being read. */
export function Minimap({ arm, text, onAt }: Props): JSX.Element | null {
  const total = trunkOf(arm)?.thinking ?? 0;
  const strips = useMemo(() => surpriseStrips(arm), [arm]);
  const [from, to] = useWindow(text, arm, total);
  if (total < LONG) return null;
  const share = (tokens: number): string => `${(100 * Math.min(tokens, total)) / total}%`;
  const jump = (event: MouseEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    onAt(Math.round((total * (event.clientX - left)) / Math.max(1, width)));
  };
  return (
    <div class="minimap" aria-hidden="true" title="the whole thought; a click goes there" onClick={jump}>
      {strips.map((surprise, i) => (
        <i
          key={i}
          class="strip"
          style={{ height: `${100 * Math.min(1, (surprise ?? 0) / MOST)}%`, left: `${(100 * i) / STRIPS}%` }}
        />
      ))}
      {arm.loops.map((loop) => (
        <i key={loop.from} class="loop" style={{ left: share(loop.from), width: share(loop.to - loop.from) }} />
      ))}
      {arm.cards.map((card) => (
        <i key={card.at} class="put" style={{ left: share(card.at) }} />
      ))}
      <i class="window" style={{ left: share(from), width: share(Math.max(to - from, total / 200)) }} />
    </div>
  );
}

/** Which thinking tokens are on the screen, by the blocks of the text. */
function useWindow(text: RefObject<HTMLElement | null>, arm: Arm, total: number): readonly [number, number] {
  const [seen, see] = useState<readonly [number, number]>([0, 0]);
  useEffect(() => {
    const blocks = [...(text.current?.querySelectorAll<HTMLElement>(".block") ?? [])];
    const starts = blocks.map((block) => Number(block.dataset["at"]));
    const visible = new Set<number>();
    const watch = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes)
        visible[isIntersecting ? "add" : "delete"](blocks.indexOf(target as HTMLElement));
      const shown = [...visible].sort((a, b) => a - b);
      const [first = 0, last = 0] = [shown[0], shown.at(-1)];
      see([starts[first] ?? 0, starts[last + 1] ?? total]);
    });
    for (const block of blocks) watch.observe(block);
    return () => watch.disconnect();
  }, [arm]);
  return seen;
}

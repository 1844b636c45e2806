import type { JSX } from "preact";
import type { Dot } from "../../view/types/home.ts";

const [WIDTH, HEIGHT] = [180, 64];

/** A curve in small, for recognising it; the numbers are on its page. Null holds its place until it is there. */
export function Spark({ dots }: { dots: readonly Dot[] | null }): JSX.Element | null {
  if (dots === null) return <div class="spark" style={{ aspectRatio: `${WIDTH} / ${HEIGHT}` }} />;
  if (dots.length === 0) return null;
  const most = Math.max(...dots.map(({ x }) => Math.log2(x + 1)), 1);
  const at = ({ x, accuracy }: Dot): readonly [number, number] => [
    6 + (Math.log2(x + 1) / most) * (WIDTH - 12),
    HEIGHT - 6 - accuracy * (HEIGHT - 12),
  ];
  const curves = [...new Set(dots.map(({ curve }) => curve))].slice(0, 8);
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line x1="6" x2={WIDTH - 6} y1={HEIGHT - 6} y2={HEIGHT - 6} stroke="var(--line)" />
      {curves.map((curve, i) => {
        const own = dots.filter((dot) => dot.curve === curve).sort((a, b) => a.x - b.x);
        const colour = `var(--curve-${i})`;
        return (
          <g key={curve}>
            <polyline
              points={own.map((dot) => at(dot).join(",")).join(" ")}
              fill="none"
              stroke={colour}
              stroke-width="1.5"
            />
            {own.map((dot) => (
              <circle key={dot.key} cx={at(dot)[0]} cy={at(dot)[1]} r="2" fill={colour} />
            ))}
          </g>
        );
      })}
    </svg>
  );
}

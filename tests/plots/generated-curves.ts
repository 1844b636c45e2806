import type { CurvePoint } from "../../src/plots/curve-point.ts";
import { wilson } from "../../src/metrics/wilson.ts";
import { random } from "../../src/metrics/random.ts";

/** Budgets, a natural end and ignored ends on one to five curves, as near to each other as real ones may be. */
export function generatedCurve(seed: number): readonly CurvePoint[] {
  const { uniform, below } = random(seed);
  const curves = 1 + below(seed % 3 === 0 ? 5 : 2);
  return Array.from({ length: curves }, (_, c) => curveOf(c, curves, { uniform, below })).flat();
}

function curveOf(
  c: number,
  curves: number,
  { uniform, below }: Pick<ReturnType<typeof random>, "uniform" | "below">,
): readonly CurvePoint[] {
  const [cuts, beyond] = [2 + below(9), below(5)];
  const [start, natural, shift] = [4 * 2 ** below(5), 60 + 2000 * uniform(), uniform() * 0.1];
  const rise = 0.2 + 0.6 * uniform();
  const at = (i: number): number => Math.min(natural * (0.98 + 0.03 * uniform()), start * 2 ** (i * 0.7));
  const point = (i: number, x: number, label: string, kind: Partial<CurvePoint>): CurvePoint => {
    const n = 60 + 40 * below(8);
    const correct = Math.round(n * Math.min(0.98, shift + 0.1 + (rise * i) / (cuts + beyond) + 0.05 * uniform()));
    const interval = wilson(correct, n) ?? { low: 0, high: 1 };
    return {
      point: c * 100 + i,
      experiment: "e",
      curve: curves === 1 ? "model" : `curve ${c + 1}`,
      label,
      x,
      n,
      correct,
      accuracy: correct / n,
      ...interval,
      natural: false,
      extrapolated: false,
      paramsText: "",
      ...kind,
    };
  };
  return [
    ...Array.from({ length: cuts }, (_, i) =>
      point(i, i === 0 && c % 2 === 0 ? 0 : at(i), `≤${i === 0 ? 0 : Math.round(start * 2 ** (i * 0.7))}`, {}),
    ),
    point(cuts, natural, "natural end", { natural: true }),
    ...Array.from({ length: beyond }, (_, i) =>
      point(cuts + i, natural * (1.2 + 0.4 * i), `Wait ×${i + 1}`, { extrapolated: true }),
    ),
  ];
}

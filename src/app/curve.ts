import { curvePoints } from "../plots/curve-points.ts";
import { terminalCurve, type TerminalOptions } from "../plots/terminal-curve.ts";
import type { PointRow } from "../ports/result-reader.ts";

/** Accuracy over thinking tokens, drawn in characters. */
export const curveText = (points: readonly PointRow[], options: TerminalOptions = {}): string =>
  terminalCurve(curvePoints(points), options);

import type { LogAxis } from "./log-axis.ts";
import type { Theme } from "./theme.ts";

/** A Vega-Lite specification, or a part of one. */
export type PlotSpec = Readonly<Record<string, unknown>>;

/** Everything a layer needs to know about the picture. */
export type Frame = Readonly<{
  axis: LogAxis;
  /** Percent. */
  domain: readonly [number, number];
  width: number;
  height: number;
  theme: Theme;
  names: readonly string[];
}>;

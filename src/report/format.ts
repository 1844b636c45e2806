import type { Interval } from "../metrics/interval.ts";

export const NONE = "–";

/** 0.7311 as "73.1". */
export const percent = (share: number | null | undefined): string => (share == null ? NONE : (share * 100).toFixed(1));

/** 0.0622 as "+6.2". */
export const gain = (share: number | null): string => (share === null ? NONE : signed(share * 100));

const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(1);
  return text === "0.0" ? text : `${value < 0 ? "−" : "+"}${text}`;
};

/** "[68.8, 77.0]" in percent. */
export const range = (interval: Interval | null | undefined): string =>
  interval ? `[${percent(interval.low)}, ${percent(interval.high)}]`.replace(/-/g, "−") : NONE;

/** Size and interval of a change whose direction a verb tells: "20.9 points [15.1, 26.6]". */
export function pointsText(change: number, interval: Interval | null): string {
  const flipped = interval && change < 0 ? { low: -interval.high, high: -interval.low } : interval;
  return `${percent(Math.abs(change))} points${flipped ? ` ${range(flipped)}` : ""}`;
}

export const gainRange = ({ low, high }: Interval): string => `[${gain(low)}, ${gain(high)}]`;

/** Tokens and other counts, means to a tenth below 100. */
export function count(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(1);
}

export const times = (factor: number | null): string =>
  factor === null || !Number.isFinite(factor) ? NONE : `${factor.toFixed(factor < 10 ? 1 : 0)}×`;

export function pValue(p: number | null): string {
  if (p === null) return NONE;
  if (p < 0.001) return "< 0.001";
  return p.toFixed(p < 0.1 ? 3 : 2);
}

export const pText = (p: number | null): string =>
  p === null ? "no test" : `p ${p < 0.001 ? "< 0.001" : `= ${pValue(p)}`}`;

export const share = (part: number, whole: number): string =>
  whole === 0 ? NONE : `${((100 * part) / whole).toFixed(1)} %`;

export const listed = (items: readonly string[], last = "and"): string =>
  items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;

import type { Outcome } from "../../core/score.ts";

export const NONE = "–";

export const percent = (share: number | null | undefined): string =>
  share == null ? NONE : `${(share * 100).toFixed(1)} %`;

export const count = (value: number | null | undefined): string => {
  if (value == null) return NONE;
  return Number.isInteger(value) || value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
};

/** `54.3 % [48.6, 59.9], n = 300` */
export const estimate = (
  share: number | null,
  low: number | null | undefined,
  high: number | null | undefined,
  n: number,
): string =>
  share === null
    ? NONE
    : `${percent(share)}${low == null || high == null ? "" : ` [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`}, n = ${count(n)}`;

/** A sign beside each colour: neither is needed alone. */
export const glyphs: Readonly<Record<Outcome, string>> = {
  correct: "+",
  incorrect: "−",
  "no-answer": "0",
  cut: "/",
  unscored: "?",
  error: "!",
};

export const outcomeNames = Object.keys(glyphs) as readonly Outcome[];

export const money = (value: number | null): string =>
  value === null ? "" : value === 0 ? "0" : value < 0.01 ? value.toPrecision(2) : value.toFixed(2);

export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
};

export const day = (iso: string | null): string => (iso === null ? "" : iso.slice(0, 16).replace("T", " "));

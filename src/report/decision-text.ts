import { clipped } from "../core/inert.ts";
import type { DecisionRow } from "../ports/result-reader.ts";

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** `after 24 tokens, deer: 0.9731 (threshold 0.95), exit ("7")`. */
export function decisionText({ position, rule, value, threshold, outcome, detail }: DecisionRow): string {
  const by = value === null ? "" : ` ${short(value)}`;
  const against = threshold === null ? "" : ` (threshold ${short(threshold)})`;
  const about = detail ? ` (${JSON.stringify(clipped(detail, 60))})` : "";
  return `after ${position} tokens, ${rule}:${by}${against}, ${outcome}${about}`;
}

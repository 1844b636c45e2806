/** What a method decided while it made an attempt, and by which number. */
export type Decision = Readonly<{
  /** Thinking tokens so far. */
  position: number;
  /** The rule that decided, named after its method. */
  rule: string;
  /** What it looked at; null where it is no number. */
  value: number | null;
  /** What the number was held against; null for none. */
  threshold: number | null;
  /** What followed, in a word or two: `exit`, `on`. */
  outcome: string;
  /** The answer of a probe, or another text that was looked at. */
  detail?: string | null;
}>;

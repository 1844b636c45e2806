import type { CurvePoint } from "../../plots/curve-point.ts";
import type { ExperimentRow } from "../../ports/result-reader.ts";

export type State = Readonly<{
  /** `running`, `finished`, `interrupted`, `failed`, `killed`, `starting` or `never run`. */
  state: string;
  runner: Readonly<{ pid: number; host: string; since: string }> | null;
  attempts: number;
  planned: number | null;
  missing: number | null;
  failed: number;
  decoded_tokens: number | null;
  last_run: string | null;
}>;

export type Card = State &
  Pick<ExperimentRow, "name" | "created_at"> &
  Readonly<{
    key: string;
    db: string;
    models: readonly string[];
    datasets: readonly string[];
    settings: number;
  }>;

export type Home = Readonly<{
  experiments: readonly Card[];
  /** Databases that cannot be read now. */
  unreadable: readonly Readonly<{ db: string; error: string; hint: string | null }>[];
}>;

/** A setting on a curve. */
export type Dot = Pick<
  CurvePoint,
  "point" | "label" | "curve" | "x" | "accuracy" | "low" | "high" | "n" | "correct" | "natural" | "extrapolated"
> &
  Readonly<{
    /** Names the setting in URLs. */
    key: string;
    dataset: string;
    model: string;
    /** Fewer attempts than the fullest setting of its data set, or some that failed. */
    partial: boolean;
  }>;

/** Dots of every experiment, by its key. Sums over all attempts: they take longer than the cards. */
export type Curves = Readonly<Record<string, readonly Dot[]>>;

import type { Outcome } from "../../core/score.ts";
import type { SvgNode } from "../../plots/svg-nodes.ts";
import type { SettingRow } from "../../ports/page-reader.ts";
import type { RunRow, UsageRow } from "../../ports/result-reader.ts";
import type { Line } from "./attempts.ts";
import type { Card, Dot, State } from "./home.ts";
import type { Inline, ShownTable } from "./words.ts";

/** `params`: a JSON object. */
export type Setting = Omit<SettingRow, "id" | "position"> &
  Readonly<{
    /** Names the setting in URLs. */
    key: string;
    point: number;
    outcomes: Readonly<Record<Outcome, number>>;
  }>;

export type Experiment = Card &
  Readonly<{
    methods: readonly string[];
    settings_list: readonly Setting[];
    /** Data sets whose questions are shown only where asked for. */
    confidential: readonly string[];
    newest: number;
    runs: readonly Pick<RunRow, "started_at" | "finished_at" | "status">[];
    yaml: string;
    record: unknown;
  }>;

/** Sums over all attempts of an experiment. */
export type Sums = Readonly<{
  /** The newest attempt that they know of: while a run writes, sums of many attempts lag behind. */
  newest: number;
  dots: readonly Dot[];
  /** By setting. */
  means: Readonly<Record<string, Readonly<{ accuracy: number | null; thinking: number | null }>>>;
  levels: readonly string[];
  usage: Pick<UsageRow, "decoded_tokens" | "reused_tokens" | "naive_tokens" | "requests" | "cost">;
}>;

/** Costs that can be the x axis. */
export type Axes = readonly string[];

export type Picture = Readonly<{
  wide: SvgNode;
  narrow: SvgNode;
  caption: readonly Inline[];
  /** What a dot says of itself, and which setting that is. */
  dots: Readonly<Record<string, string>>;
}>;

/** The query behind its numbers, the command that writes the report, and endings of its files. */
export type Figure = Readonly<{ sql: string; command: string; files: readonly string[] }>;

export type Findings = Readonly<{
  sentences: readonly (readonly Inline[])[];
  partial: string | null;
  /** What the sentences link to. */
  tables: readonly ShownTable[];
}>;

/** What has changed since a moment of a run. */
export type Live = Readonly<{
  newest: number;
  state: State;
  lines: readonly Line[];
  /** All settings, as they are now. */
  settings: readonly Setting[];
  changed: boolean;
}>;

import type { Outcome } from "../core/score.ts";
import type { Kind, Origin, Stop } from "../core/segment.ts";

/** What the read API answers (see docs/api.md). Shares are proportions, counts of tokens are null where unknown. */

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

export type Dot = Readonly<{
  /** Names the setting in URLs. */
  key: string;
  point: number;
  label: string;
  curve: string;
  dataset: string;
  model: string;
  x: number;
  accuracy: number;
  low: number;
  high: number;
  n: number;
  correct: number;
  natural: boolean;
  extrapolated: boolean;
  /** Fewer attempts than the fullest setting of its data set, or some that failed. */
  partial: boolean;
}>;

export type Setting = Readonly<{
  key: string;
  point: number;
  label: string;
  model: string;
  dataset: string;
  method: string;
  /** JSON object. */
  params: string;
  outcomes: Readonly<Record<Outcome, number>>;
}>;

export type Card = Readonly<{
  key: string;
  name: string;
  db: string;
  created_at: string;
  models: readonly string[];
  datasets: readonly string[];
  settings: number;
}> &
  State;

export type Home = Readonly<{ experiments: readonly Card[] }>;

/** Dots of every experiment, by its key. Sums over all attempts: they take longer than the cards. */
export type Curves = Readonly<Record<string, readonly Dot[]>>;

/** Running text as the report has it; `to` is a place in the report. */
export type Inline =
  | string
  | Readonly<{ strong: string }>
  | Readonly<{ code: string }>
  | Readonly<{ link: string; to: string }>;

export type Experiment = Card &
  Readonly<{
    methods: readonly string[];
    settings_list: readonly Setting[];
    /** Data sets whose questions are shown only where asked for. */
    confidential: readonly string[];
    newest: number;
    runs: readonly Readonly<{ started_at: string; finished_at: string | null; status: string }>[];
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
  usage: Readonly<{
    decoded: number | null;
    reused: number | null;
    naive: number | null;
    requests: number;
    cost: number | null;
  }>;
}>;

/** Costs that can be the x axis. */
export type Axes = readonly string[];

export type SvgElement = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (SvgElement | string)[];
}>;

export type Picture = Readonly<{
  wide: SvgElement;
  narrow: SvgElement;
  caption: readonly Inline[];
  /** What a dot says of itself, and which setting that is. */
  dots: Readonly<Record<string, string>>;
}>;

export type Findings = Readonly<{ sentences: readonly (readonly Inline[])[]; partial: string | null }>;

export type Strip = Readonly<{
  problem: string;
  dataset: string;
  level: string | null;
  /** By setting, in the order of `settings`: the first epoch, and how many of all epochs are right. */
  cells: readonly (Readonly<{ id: number; outcome: Outcome; n: number; right: number }> | null)[];
  /** Along the curve, first epoch: thinking tokens of the first right setting, and how often right and wrong change. */
  first: number | null;
  flips: number;
}>;

export type Problems = Readonly<{
  settings: readonly Pick<Setting, "key" | "label" | "point">[];
  strips: readonly Strip[];
  total: number;
  /** Goes on from here; null at the end. */
  next: string | null;
}>;

export type Line = Readonly<{
  id: number;
  setting: string;
  label: string;
  problem: string;
  epoch: number;
  outcome: Outcome;
  /** Both null where they are withheld. */
  answer: string | null;
  target: string | null;
  thinking: number | null;
  answer_tokens: number | null;
  ignored_ends: number;
  forced_end: boolean;
  /** What its method decided: how often, and the last outcome. */
  decisions: number;
  decided: string | null;
  seconds: number | null;
  cost: number | null;
}>;

export type Attempts = Readonly<{
  lines: readonly Line[];
  next: string | null;
  /** Why answers are not shown; null where they are. */
  withheld: string | null;
  facets: Readonly<{
    outcome: Readonly<Record<string, number>>;
    setting: readonly Readonly<{ key: string; label: string; n: number }>[];
  }>;
}>;

/** How many attempts have a word in what was sampled for their thoughts. */
export type Sayings = readonly Readonly<{ word: string; n: number }>[];

export type Side = Readonly<{
  experiment: string;
  key: string;
  label: string;
  model: string;
  dataset: string;
  accuracy: number | null;
  low: number | null;
  high: number | null;
  n: number;
  thinking: number | null;
}>;

export type Changed = Readonly<{
  problem: string;
  change: "gained" | "lost" | "both" | "neither";
  a: Readonly<{ outcome: Outcome; answer: string | null; thinking: number | null; attempt: number }>;
  b: Readonly<{ outcome: Outcome; answer: string | null; thinking: number | null; attempt: number }>;
  target: string | null;
}>;

export type Comparison = Readonly<{
  a: Side;
  b: Side;
  difference: number | null;
  interval: Readonly<{ low: number; high: number }> | null;
  p: number | null;
  test: string;
  problems: number;
  /** First epochs of the problems that both answered. */
  table: Readonly<Record<Changed["change"], number>>;
  /** Whether the difference may be called real, in words, and why not. */
  verdict: readonly Inline[];
  changed: readonly Changed[];
  next: string | null;
  /** Why answers are not shown; null where they are. */
  withheld: string | null;
}>;

/** A span on a path. Lists have an entry for each of its tokens. */
export type Span = Readonly<{
  origin: Origin;
  kind: Kind;
  stop: Stop | null;
  text: string;
  /** Null where an engine gives no ids. */
  tokens: number | null;
  /** Left out of long thoughts. */
  ids: readonly number[] | null;
  /** Characters of `text` that belong to each token; null where the vocabulary's texts are not stored. */
  lengths: readonly number[] | null;
  /** A character for each token: see `heat.ts`. Null where the engine gave no log-probabilities. */
  heat: string | null;
}>;

export type Verdict = Readonly<{
  grader: string;
  outcome: Outcome;
  answer: string | null;
  source: string | null;
  rule: string | null;
}>;

/** What a method decided while it made an attempt; `at` counts thinking tokens. */
export type Decided = Readonly<{
  at: number;
  rule: string;
  value: number | null;
  threshold: number | null;
  outcome: string;
  detail: string | null;
}>;

export type Path = Readonly<{
  attempt: number;
  setting: string;
  label: string;
  outcome: Outcome;
  answer: string | null;
  error: string | null;
  verdicts: readonly Verdict[];
  decisions: readonly Decided[];
  thinking: number | null;
  decoded: number | null;
  reused: number | null;
  dropped: number | null;
  forced_end: boolean;
  /** Of the trunk all; of others what comes after the tokens that they share with it, and side branches. */
  spans: readonly Span[];
  /** Tokens of the path that are the trunk's too, and how many of these are thinking. 0 and 0 without ids. */
  shared: number;
  shared_thinking: number;
}>;

/** What happened on the trunk at a place; `at` counts thinking tokens. */
export type Mark = Readonly<{
  at: number;
  kind: "cut" | "end" | "ignored" | "limit";
  /** What was written in place of an ignored end. */
  words: string | null;
  /** Attempts whose thought ends here. */
  attempts: readonly number[];
}>;

/** An end of the thought that was ignored, and what came of it. */
export type EndCard = Readonly<{
  at: number;
  words: string;
  /** Thinking tokens to the next end. */
  next: number | null;
  /** Share of those tokens that only repeat what the thought ends in; null where it does not loop. */
  loop: number | null;
  before: Readonly<{ attempt: number; answer: string | null; outcome: Outcome }> | null;
  after: Readonly<{ attempt: number; answer: string | null; outcome: Outcome }> | null;
}>;

export type Arm = Readonly<{
  name: string;
  prompt: string;
  /** In the order of their settings. */
  paths: readonly Path[];
  trunk: number;
  marks: readonly Mark[];
  cards: readonly EndCard[];
  /** Where the trunk only repeats itself: thinking tokens from and to. */
  loops: readonly Readonly<{ from: number; to: number }>[];
  first: number | null;
  settled: number | null;
  flips: number;
  hasIds: boolean;
}>;

export type Chain = Readonly<{
  experiment: string;
  problem: string;
  dataset: string;
  question: string;
  target: string;
  tags: string;
  epoch: number;
  epochs: readonly number[];
  previous: string | null;
  next: string | null;
  /** Why there is no text; null where there is. */
  withheld: string | null;
  /** Why there are no log-probabilities; null where there are. */
  silent: string | null;
  arms: readonly Arm[];
}>;

/** Two attempts at one problem, each from the beginning. */
export type SideBySide = Readonly<{
  problem: string;
  target: string;
  withheld: string | null;
  a: Path;
  b: Path;
  /** Whether both were given the same prompt; else no token is shared. */
  one_prompt: boolean;
  /** Tokens that both begin with. */
  shared: number;
  prompts: readonly [string, string];
}>;

export type Figure = Readonly<{ picture: Picture; sql: string; command: string; files: readonly string[] }>;

/** What has changed since a moment of a run. */
export type Live = Readonly<{
  newest: number;
  state: State;
  lines: readonly Line[];
  /** All settings, as they are now. */
  settings: readonly Setting[];
  changed: boolean;
}>;

export type Located = Readonly<{ experiment: string; problem: string; epoch: number; setting: string }>;

export type Fault = Readonly<{ error: string; hint: string | null }>;

/** What a setting does with a thought. By its role a point has its place among the curves, tests and tables. */
export const roles = [
  "natural", // every thought ends by itself
  "cut", // a thought is over at the budget
  "extension", // ends are ignored, so that a thought goes on past its natural end
  "unforced", // nothing is written for the model
  "asked", // the prompt asks for a length
  "draws", // several thoughts are drawn and one is kept
  "search", // thoughts grow as a tree
  "native", // the knobs of a native model
  "other",
] as const;
/** Where a setting belongs among curves, tests and tables; `roles` says what each means. */
export type Role = (typeof roles)[number];

/**
 * The length that a prompt asks for. `mark`: what the head of every step holds. `length`: against the natural thought.
 */
export type AskedLength =
  | Readonly<{ tokens: number }>
  | Readonly<{ steps: number; mark: string }>
  | Readonly<{ length: "shorter" | "longer" }>;

/** What a method states of one setting. */
export type Facts = Readonly<{
  role: Role;
  /** Most thinking tokens that the setting allows; null: no bound. */
  budget: number | null;
  /** Ends before this many thinking tokens are ignored. */
  minimum: number;
  /** How many ends are ignored at most, those before the minimum aside. */
  ignoredEnds: number;
  /** What is put in place of an ignored end, empty for nothing; null where no end is ignored. */
  continuation: string | null;
  /** The method's name in tables, the same for all settings of one curve. */
  family: string;
  /** Options that differ along a curve; null: the one with the most values. */
  along: readonly string[] | null;
  asked: AskedLength | null;
}>;

/** Facts as a method writes them: what it leaves out has no say in its settings. */
export type StatedFacts = Pick<Facts, "role"> & Partial<Facts>;

export const factsOf = (method: string, stated: StatedFacts): Facts => ({
  budget: null,
  minimum: 0,
  ignoredEnds: 0,
  continuation: null,
  family: method.replaceAll("-", " "),
  along: null,
  asked: null,
  ...stated,
});

/** Whether a setting moves the end of one thought: such settings make one curve on both sides of the natural end. */
export const movesEnd = (role: Role): boolean => role === "natural" || role === "cut" || role === "extension";

/** Whether an attempt is one thought as the model samples it, so that several attempts are independent samples. */
export const isOneThought = (role: Role): boolean => movesEnd(role) || role === "unforced";

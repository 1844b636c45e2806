/** What a process reward is asked of: a question, and a thought as far as it goes. */
export type Thought = Readonly<{ problem: string; response: string }>;

/** One number from 0 to 1 for each thought, in their order. */
export type Reward = ((thoughts: readonly Thought[]) => Promise<readonly number[]>) &
  Readonly<{
    /** What scoring each of them took, where the reward model says; asked after the scores. */
    spent?: (thoughts: readonly Thought[]) => Promise<readonly (Spent | null)[]>;
  }>;

/** What a reward model took for one text: tokens that it read, and its parameters where it says. */
export type Spent = Readonly<{ tokens: number; parameters: number | null }>;

/** Finds the reward model at an address. */
export type RewardAt = (url: string) => Reward;

/** Rewards of one thought that need no model, by name; `scripted:NAME` in an experiment. */
export type ScriptedRewards = Readonly<Record<string, (thought: Thought) => number>>;

/** What a process reward is asked of: a question, and a thought as far as it goes. */
export type Thought = Readonly<{ problem: string; response: string }>;

/** One number from 0 to 1 for each thought, in their order. */
export type Reward = (thoughts: readonly Thought[]) => Promise<readonly number[]>;

/** Finds the reward model at an address. */
export type RewardAt = (url: string) => Reward;

/** Rewards of one thought that need no model, by name; `scripted:NAME` in an experiment. */
export type ScriptedRewards = Readonly<Record<string, (thought: Thought) => number>>;

import { append } from "../../core/extremes.ts";
import type { Task } from "../../ports/method.ts";
import { endsWith, type Ids } from "../pieces.ts";
import { assertRewards } from "./rewards.ts";
import type { Reward } from "../../ports/reward.ts";

export type Terms = Readonly<{
  width: number;
  maxDepth: number;
  maxStepTokens: number;
  spread: Spread;
  steps: readonly Ids[];
}>;

/**
 * One thought of the tree. `ending`: what the model ended it with; null while it is open, or where the depth ran out.
 */
export type Branch = Readonly<{
  draw: number;
  /** The draw that its first step was made in. */
  root: number;
  thought: Ids;
  ending: Ids | null;
  score: number;
}>;

export type Search = Readonly<{ task: Task; prompt: Ids; terms: Terms; reward: Reward }>;

/** Of the branches that were just scored: those whose thought is over, and how many children each other one gets. */
export type Spread = (scored: readonly Branch[], left: number) => Readonly<{ over: readonly Branch[]; live: Live }>;
export type Live = readonly Readonly<{ branch: Branch; children: number }>[];

/** All thoughts that were thought to their end, or as deep as may be, in the order they got there. */
export async function search(tree: Search): Promise<readonly Branch[]> {
  const { width, maxDepth, spread } = tree.terms;
  const finished: Branch[] = [];
  let live: readonly Branch[] = Array.from({ length: width }, (_, draw) => ({
    draw,
    root: draw,
    thought: [],
    ending: null,
    score: 0,
  }));
  let draws = width;
  for (let depth = 1; live.length > 0; depth++) {
    const scored = await scoreAll(tree, await Promise.all(live.map((branch) => step(tree, branch))));
    const next = spread(scored, width - finished.length);
    append(finished, next.over);
    if (depth === maxDepth) return [...finished, ...next.live.map(({ branch }) => branch)];
    // One child continues its parent's draw, each further one has a new draw of its own.
    live = next.live.flatMap(({ branch, children }) =>
      Array.from({ length: children }, (_, child) => (child === 0 ? branch : { ...branch, draw: draws++ })),
    );
  }
  return finished;
}

/**
 * Up to the end of a step or of the thought; room for an end that begins at the last token is asked for, and not kept.
 */
async function step({ task, prompt, terms }: Search, branch: Branch): Promise<Branch> {
  const { thinkingStart, thinkingEnd, endOfTurn } = task.delimiters;
  const ends = [thinkingEnd, ...endOfTurn];
  const { tokenIds } = await task.chain(
    prompt,
    branch.draw,
  )({
    after: [...thinkingStart, ...branch.thought],
    maxTokens: terms.maxStepTokens + thinkingEnd.length,
    stops: [...ends, ...terms.steps],
  });
  const ending = ends.find((end) => endsWith(tokenIds, end)) ?? null;
  const own = ending ? tokenIds.slice(0, -ending.length) : tokenIds;
  const kept = own.slice(0, terms.maxStepTokens);
  return { ...branch, thought: [...branch.thought, ...kept], ending: kept.length < own.length ? null : ending };
}

async function scoreAll({ task, reward }: Search, branches: readonly Branch[]): Promise<readonly Branch[]> {
  const thoughts = await Promise.all(
    branches.map(async ({ thought }) => ({ problem: task.problem.text, response: await task.decode(thought) })),
  );
  const scores = await reward(thoughts);
  assertRewards(scores);
  for (const spent of (await reward.spent?.(thoughts)) ?? []) if (spent) task.spend?.(spent);
  return branches.map((branch, at) => ({ ...branch, score: scores[at] ?? 0 }));
}

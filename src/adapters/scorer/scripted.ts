import type { ScriptedRewards, Thought } from "../../ports/reward.ts";

/** Rewards that need no model. They see what a reward model would see, and never the target. */
export const scriptedRewards: ScriptedRewards = {
  "pico-agreement": ({ response }) => agreement(response),
  "pico-verifier": (thought) => verified(thought),
  uniform: () => 0.5,
};

/**
 * For thoughts in passes that each end in `=5.`, as the bundled model writes them: 1 where the last two passes come to
 * the same value, 0.5 where there is one pass alone, 0.2 otherwise.
 */
function agreement(thought: string): number {
  const values = thought
    .split(".")
    .slice(0, -1)
    .map((pass) => /=(\d)$/.exec(pass)?.[1]);
  if (values.length === 1 && values[0] !== undefined) return 0.5;
  const last = values.at(-1);
  return last !== undefined && last === values.at(-2) ? 1 : 0.2;
}

/**
 * Does the sums of the last pass again, modulo 10, as the bundled model's problems are meant: the share of results that
 * are right, a fifth of it where the pass is of another problem, 0.5 where it holds no result yet. As good as a
 * verifier can be.
 */
function verified({ problem, response }: Thought): number {
  const pass = response.split(".").findLast((part) => part.includes("=")) ?? "";
  let value = Number(/\d/.exec(pass)?.[0] ?? NaN);
  const checks = [...pass.matchAll(/[a-zA-Z]([+\-*])(\d)|=(\d)/g)].flatMap(([, sign, by, result]) => {
    if (sign !== undefined) value = apply(value, sign, Number(by));
    return result === undefined ? [] : [value === Number(result)];
  });
  if (checks.length === 0) return 0.5;
  const right = checks.filter(Boolean).length / checks.length;
  return isOf(problem, pass) ? right : right / 5;
}

const apply = (value: number, sign: string, by: number): number =>
  (((sign === "+" ? value + by : sign === "-" ? value - by : value * by) % 10) + 10) % 10;

/** Whether the pass, as far as it goes, holds the numbers and operators of the problem. */
const isOf = (problem: string, pass: string): boolean => {
  const bare = (text: string): string => text.replace(/=\d;\d|=\d?|[^\d+\-*=;]/g, "");
  return bare(problem).startsWith(bare(pass.replace(/^.*Wait,?/, "")));
};

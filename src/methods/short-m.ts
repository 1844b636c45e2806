import { z } from "zod";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Cost, Method, Task } from "../ports/method.ts";
import { checkDraws, elected, further, type Growing, openDraws, shortest, voiceOf } from "./pool.ts";

export const ShortM = z.strictObject({
  k: z.int().positive().default(20).describe("Thoughts at once."),
  m: z.int().positive().default(3).describe("Thoughts that have to end; these vote. The paper takes 1 and 3."),
  every: z
    .int()
    .positive()
    .default(64)
    .describe("All thoughts grow by this number of tokens before it is looked which of them have ended."),
});
export type ShortM = z.infer<typeof ShortM>;

/** The m shortest of the thoughts that have ended, equally long ones by their draw; null while fewer have ended. */
export function firstToEnd<One extends Pick<Growing, "draw" | "thought" | "isOver">>(
  thoughts: readonly One[],
  m: number,
): readonly One[] | null {
  const over = thoughts.filter(({ isOver }) => isOver);
  const needed = Math.min(m, thoughts.length);
  if (over.length < needed) return null;
  return over.toSorted((a, b) => a.thought.length - b.thought.length || a.draw - b.draw).slice(0, needed);
}

/** In step, so that who ends first does not depend on the machine. What is not asked for any more is not decoded. */
async function* shortM(task: Task, { k, m, every }: ShortM): AsyncGenerator<Piece, void, undefined> {
  let thoughts = await openDraws(
    task,
    Array.from({ length: k }, (_, draw) => draw),
  );
  let first = firstToEnd(thoughts, m);
  while (first === null) {
    thoughts = await Promise.all(thoughts.map((one) => further(one, every)));
    first = firstToEnd(thoughts, m);
  }
  const length = first.at(-1)?.thought.length ?? 0;
  task.decide?.({ position: length, rule: "short-m", value: first.length, threshold: m, outcome: "stop the others" });
  const voices = await Promise.all(first.map((one) => voiceOf(one)));
  yield* elected(voices, task.sameAnswer, shortest)?.pieces ?? [];
}

/** The others are stopped a little before the natural length: that of the shortest ones is not known beforehand. */
const cost = ({ k, m }: ShortM, { natural }: Assumptions): Cost => ({
  thinking: natural,
  worstThinking: Infinity,
  chains: k,
  answers: Math.min(k, m),
  requests: 2 * k,
});

/** Several thoughts at once: when m have ended the others are stopped, and these vote (short-m@k, arXiv 2505.17813). */
export const shortMMethod: Method<ShortM> = {
  name: "short-m",
  options: ShortM,
  label: ({ k, m }) => `short-${m}@${k}`,
  facts: ({ m }) => ({ role: "draws", family: `short-${m}@k`, along: ["k"] }),
  cost,
  check: async (fit, { k, m }) => {
    checkDraws(fit, "short-m", k);
    if (m > k) throw new UserError(`m is ${m}, and only ${k} thoughts are drawn`, { hint: "raise k, or lower m" });
  },
  findsMergedEnds: true,
  run: shortM,
};

import type { Piece } from "../core/segment.ts";
import type { Task } from "../ports/method.ts";
import { delimiter, type Ids } from "./pieces.ts";

/** How a model counts its steps down: what opens a step, and what stands behind its number. */
export type StepFormat = Readonly<{ step_start: string; step_mark: string }>;

/**
 * Takes the heads of steps (`<|im_start|>63 steps left` and the newline) out of a thought. The published counts leave
 * out the first line of every step, so that a head is a delimiter: written by the model, and no thinking. The thought
 * is taken to begin behind the opening of its first step; one without any mark of a step is left as it is. Joined the
 * pieces are the thought as it was.
 */
export async function headsApart(
  thought: Piece,
  format: StepFormat,
  task: Pick<Task, "encode" | "decode">,
): Promise<readonly Piece[]> {
  if (!(await task.decode(thought.tokenIds)).includes(format.step_mark)) return [thought];
  const start = await task.encode(format.step_start, { special: true });
  const ends = headEnd(format, task);
  const pieces: Piece[] = [];
  let rest = thought.tokenIds;
  for (let opened = 0; ;) {
    const next = indexBehind(rest, start, opened);
    const length = Math.min(await ends(rest, opened), next);
    if (length > 0) pieces.push(delimiter(rest.slice(0, length)));
    const step = rest.slice(length, next);
    rest = rest.slice(next);
    if (rest.length === 0) return [...pieces, { ...thought, tokenIds: step }];
    if (step.length > 0) pieces.push({ ...thought, stop: null, tokenIds: step });
    opened = start.length;
  }
}

/** Where the next step is opened; the end where none is. */
function indexBehind(ids: Ids, part: Ids, from: number): number {
  for (let at = from; at + part.length <= ids.length; at++)
    if (part.every((id, step) => ids[at + step] === id)) return at;
  return ids.length;
}

/** Length of the head that ids begin with: a line where the mark ends one, else up to the mark itself. */
function headEnd({ step_mark }: StepFormat, { decode }: Pick<Task, "decode">) {
  const mark = step_mark.endsWith("\n") ? "\n" : step_mark;
  const texts = new Map<number, string>();
  return async (ids: Ids, opened: number): Promise<number> => {
    let text = "";
    for (let at = opened; at < ids.length; at++) {
      const id = ids[at] as number;
      if (!texts.has(id)) texts.set(id, await decode([id]));
      text += texts.get(id);
      if (text.includes(mark)) return at + 1;
    }
    return ids.length;
  };
}

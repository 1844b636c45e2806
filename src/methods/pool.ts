import { UserError } from "../core/user-error.ts";
import type { Piece } from "../core/segment.ts";
import type { Fit, Task } from "../ports/method.ts";
import type { Ids } from "./pieces.ts";
import { closing, conclude, type Ending, grow, opened, openWalk, thinking, type Walk } from "./walk.ts";

/** One of several thoughts of an attempt, each with a draw of its own, as far as it has grown. */
export type Growing = Readonly<{ draw: number; walk: Walk; thought: Ids; ending: Ending | null; isOver: boolean }>;

export async function openDraws(task: Task, draws: readonly number[]): Promise<readonly Growing[]> {
  const walks = await Promise.all(draws.map((draw) => openWalk(task, draw)));
  return walks.map((walk, at) => ({
    draw: draws[at] as number,
    walk,
    thought: [],
    ending: null,
    isOver: walk.room === 0,
  }));
}

/** So many tokens further, or to its end; a thought that fills its room is over too. */
export async function further(one: Growing, tokens: number): Promise<Growing> {
  if (one.isOver) return one;
  const { walk, thought } = one;
  const { tokenIds, ending } = await grow(walk, thought, { most: Math.min(tokens, walk.room - thought.length) });
  const grown = [...thought, ...tokenIds];
  return { ...one, thought: grown, ending, isOver: ending !== null || grown.length >= walk.room };
}

/** A thought with its answer, and what its vote weighs. */
export type Voice = Readonly<{
  draw: number;
  pieces: readonly Piece[];
  answer: string | null;
  thinking: number;
  weight: number;
}>;

/** Closes a thought and has it answered. A reply that was cut, or in which nothing is found, abstains. */
export async function voiceOf({ draw, walk, thought, ending }: Growing, weight = 1): Promise<Voice> {
  const { task } = walk;
  const closed = closing(task, ending);
  const behind = await conclude(walk, thought, closed);
  const answer = behind.find(({ kind }) => kind === "answer");
  const said = answer?.stop === "eos" ? await saidIn(task, answer.tokenIds) : null;
  const pieces = [...opened(task), thinking(thought, ending), ...behind];
  return { draw, pieces, answer: said, thinking: thought.length, weight };
}

const saidIn = async (task: Task, ids: Ids): Promise<string | null> =>
  task.answerIn(await task.decode(ids), await task.decode(task.delimiters.answerCue));

type Before = (a: Voice, b: Voice) => number;

export const shortest: Before = (a, b) => a.thinking - b.thinking || a.draw - b.draw;
export const heaviest: Before = (a, b) => b.weight - a.weight || a.draw - b.draw;

/** A party of equal answers. */
export type Party = Readonly<{ answer: string; voices: readonly Voice[]; weight: number }>;

/** Answers that the grader holds for equal, the heaviest party first; who abstains has no party. */
export function partiesOf(voices: readonly Voice[], same: Task["sameAnswer"], before: Before): readonly Party[] {
  const parties: { answer: string; voices: Voice[] }[] = [];
  for (const voice of voices) {
    const { answer } = voice;
    if (answer === null) continue;
    const known = parties.find((party) => same(party.answer, answer));
    if (known) known.voices.push(voice);
    else parties.push({ answer, voices: [voice] });
  }
  return parties
    .map(({ answer, voices: own }) => ({
      answer,
      voices: own.toSorted(before),
      weight: own.reduce((sum, { weight }) => sum + weight, 0),
    }))
    .toSorted((a, b) => b.weight - a.weight || before(a.voices[0] as Voice, b.voices[0] as Voice));
}

/** Who stands for the vote; where nobody answered, whoever comes first by himself. */
export const elected = (voices: readonly Voice[], same: Task["sameAnswer"], before: Before): Voice | undefined =>
  partiesOf(voices, same, before)[0]?.voices[0] ?? voices.toSorted(before)[0];

/** Draws differ only where something is drawn. */
export function checkDraws({ sampling }: Fit, name: string, draws: number): void {
  if (sampling.temperature === 0 && draws > 1)
    throw new UserError(`${name} compares thoughts, and at temperature 0 all of them are the same`, {
      hint: "set a sampling temperature, such as 0.7",
    });
}

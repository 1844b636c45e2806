import { mostOf } from "../../core/extremes.ts";
import type { Piece } from "../../core/segment.ts";
import { traceIds } from "../../core/trace.ts";
import type { Continue, Task } from "../../ports/method.ts";
import { endsWith, forced, type Ids } from "../pieces.ts";
import type { Quirks } from "./quirks.ts";
import { budgetOf, checkSetting, type Setting, settingFor, type Wanted } from "./setting.ts";

/** One attempt under way. */
export type Rounds = Readonly<{
  task: Task;
  prompt: Ids;
  wanted: Wanted;
  setting: Setting;
  quirks: Quirks;
  budget: number;
  /** Continues the thinking phase, which may sample differently. */
  go: Continue;
}>;

export async function openRounds(task: Task, wanted: Wanted, quirks: Quirks): Promise<Rounds> {
  await checkSetting(task, wanted, quirks);
  const prompt = await task.prompt(task.problem.text);
  const setting = await settingFor(task, wanted, quirks);
  const budget = budgetOf(wanted, setting, { prompt: prompt.length, contextLength: task.contextLength });
  const go = task.chain(prompt, 0, wanted.sampling);
  return { task, prompt, wanted, setting, quirks, budget, go };
}

/** The thought as the rounds left it, before anything is cut off or closed. */
export type Thought = Readonly<{
  pieces: readonly Piece[];
  /** What ended the last round; null: its allowance. */
  ending: Ids | null;
}>;

/** Thinks until an end is kept or the allowance of a round is spent. */
export async function thinkInRounds(rounds: Rounds): Promise<Thought> {
  const ignores = rounds.wanted.ignores ?? 0;
  let pieces: readonly Piece[] = [];
  let spent = 0;
  for (let round = 0; ; round++) {
    const sampled = await oneRound(rounds, pieces, { round, spent });
    if (sampled === null) return { pieces, ending: null };
    spent += sampled.tokenIds.length + (rounds.quirks.countsContinuation ? rounds.setting.continuation.length : 0);
    const { kept, ending } = withoutEnds(sampled.tokenIds, sampled.stop === "stop", rounds.setting, rounds.quirks);
    const thought: Piece = { kind: "thinking", origin: "sampled", stop: stopName(ending, rounds), tokenIds: kept };
    if (round === ignores || isFinal(rounds, { ending, spent })) return { pieces: [...pieces, thought], ending };
    pieces = await continued(rounds, [...pieces, thought]);
  }
}

/** Whether a round is the last one though ignores are left. */
function isFinal(
  { quirks, budget, task }: Rounds,
  { ending, spent }: Readonly<{ ending: Ids | null; spent: number }>,
): boolean {
  if (ending === null && quirks.lengthIsFinal) return true;
  if (!quirks.freshBudget && spent >= budget) return true;
  return !quirks.ignoresEndOfTurn && ending !== null && endsTurn(ending, task);
}

const endsTurn = (ending: Ids, { delimiters }: Task): boolean =>
  delimiters.endOfTurn.some((end) => endsWith(ending, end));

type Position = Readonly<{ round: number; spent: number }>;

/** Null where the context has no room for a token more. */
async function oneRound(
  { prompt, setting, wanted, budget, quirks, task, go }: Rounds,
  pieces: readonly Piece[],
  { round, spent }: Position,
) {
  const after = [...setting.start, ...traceIds(pieces)];
  const allowance = quirks.freshBudget ? budget : budget - spent;
  const stops = [...setting.ends, ...setting.otherEnds];
  const uncounted = quirks.countsStop ? 0 : mostOf(stops.map(({ length }) => length));
  const room = contextRoom(wanted.modelLength, task.contextLength, quirks) - prompt.length - after.length;
  const maxTokens = Math.min(allowance + uncounted, room);
  if (maxTokens < 1) return null;
  return go({ after, maxTokens, stops, minTokens: leastTokens(wanted, round, quirks) });
}

/** Prompt and thought together; the engine's own context bounds it in any case. */
const contextRoom = (modelLength: number | null, contextLength: number, { passesContextByOne }: Quirks): number =>
  modelLength === null ? contextLength : Math.min(contextLength, modelLength + (passesContextByOne ? 1 : 0));

function leastTokens({ ignores, minThinking }: Wanted, round: number, { masksFirstRound }: Quirks): number {
  if (ignores === null) return minThinking;
  return round > 0 || masksFirstRound ? 1 : 0;
}

/** Takes the ends off, each tried once in the order of the list. */
function withoutEnds(
  ids: Ids,
  stopped: boolean,
  { ends, otherEnds }: Setting,
  { keepsOtherEnds }: Quirks,
): Readonly<{ kept: Ids; ending: Ids | null }> {
  if (!stopped) return { kept: ids, ending: null };
  const taken = keepsOtherEnds ? ends : [...ends, ...otherEnds];
  const kept = taken.reduce((left, end) => (endsWith(left, end) ? left.slice(0, -end.length) : left), ids);
  return { kept, ending: ids.slice(kept.length) };
}

const stopName = (ending: Ids | null, { task }: Rounds): Piece["stop"] => {
  if (ending === null) return "length";
  return ending.length > 0 && !endsTurn(ending, task) ? "delimiter" : "eos";
};

/** Puts the continuation string in place of an ignored end. */
async function continued(
  { setting, wanted, quirks, task }: Rounds,
  pieces: readonly Piece[],
): Promise<readonly Piece[]> {
  if (!quirks.tokenisesAgain) return [...pieces, forced("continuation", setting.continuation)];
  return retokenised(pieces, { kind: "continuation", text: wanted.continuation }, task);
}

type Behind = Readonly<{ kind: "thinking" | "continuation"; text: string }>;

/**
 * The pieces and what is written after them, as tokens of the whole text. From where these differ from what was
 * sampled, they are no longer the model's and count as written by the method.
 */
export async function retokenised(
  pieces: readonly Piece[],
  { kind, text }: Behind,
  task: Pick<Task, "encode" | "decode">,
): Promise<readonly Piece[]> {
  const ids = traceIds(pieces);
  const again = await task.encode(`${await task.decode(ids)}${text}`, { special: true });
  const same = commonLength(ids, again);
  const rest = again.slice(same);
  const kept = same === ids.length ? pieces : firstTokens(pieces, same);
  return kind === "continuation" || rest.length > 0 ? [...kept, forced(kind, rest)] : kept;
}

function commonLength(a: Ids, b: Ids): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** Pieces up to N tokens; a piece that is cut ends by length, and later ones are left out. */
export function firstTokens(pieces: readonly Piece[], most: number): readonly Piece[] {
  let left = most;
  return pieces.flatMap((piece) => {
    const room = Math.max(0, left);
    left -= piece.tokenIds.length;
    if (room === 0) return [];
    if (piece.tokenIds.length <= room) return [piece];
    return [
      {
        ...piece,
        stop: piece.origin === "sampled" ? ("length" as const) : null,
        tokenIds: piece.tokenIds.slice(0, room),
      },
    ];
  });
}

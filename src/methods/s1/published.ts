import type { Piece } from "../../core/segment.ts";
import { traceIds } from "../../core/trace.ts";
import type { Task } from "../../ports/method.ts";
import { answerPieces, delimiter, forced, type Ids, indexOfIds, sampleAnswer } from "../pieces.ts";
import type { Quirks } from "./quirks.ts";
import { firstTokens, openRounds, retokenised, type Rounds, type Thought, thinkInRounds } from "./rounds.ts";
import type { Wanted } from "./setting.ts";

/**
 * Budget forcing as it was published. What the pieces hold is what the model was given: of a thought that was cut
 * afterwards they hold the part that was kept.
 */
export async function* publishedForcing(
  task: Task,
  wanted: Wanted,
  quirks: Quirks,
): AsyncGenerator<Piece, void, undefined> {
  const rounds = await openRounds(task, wanted, quirks);
  const { start } = rounds.setting;
  if (start.length > 0) yield forced("delimiter", start);
  const thought = await thinkInRounds(rounds);
  const pieces = quirks.closesThought ? await closed(rounds, thought) : await joined(rounds, thought);
  yield* pieces;
  yield* quirks.closesThought ? await answer(rounds, pieces) : await goOn(rounds, pieces);
}

/** The thought that is kept, and what the method writes after it. */
async function closed(
  { task, setting, wanted, quirks, budget }: Rounds,
  { pieces, ending }: Thought,
): Promise<readonly Piece[]> {
  const kept = quirks.cutsAfterwards ? withinBudget(pieces, budget, quirks) : pieces;
  const isCut = lengthOf(kept) < lengthOf(pieces);
  const forcedCue =
    setting.cue.length > 0 && (ending === null || (isCut && !quirks.cueNeedsLength))
      ? [forced("cue", setting.cue)]
      : [];
  if (ending !== null) return [...kept, ...naturalEnd(isCut ? [] : ending, setting.end), ...forcedCue];
  const text = await task.decode(traceIds(pieces));
  if (quirks.failsWithoutText && withoutBroken(text) === "")
    throw new Error("the thought was cut before its first whole character, on which the published code fails");
  const looked = quirks.newlineSeesUncut ? text : await task.decode(traceIds(kept));
  const separator = setting.startsSeparated || looked.endsWith(wanted.separator) ? [] : setting.separator;
  return [...kept, forced("delimiter", [...separator, ...setting.end]), ...forcedCue];
}

const lengthOf = (pieces: readonly Piece[]): number => traceIds(pieces).length;

function withinBudget(pieces: readonly Piece[], budget: number, { countsContinuation }: Quirks): readonly Piece[] {
  const free = countsContinuation ? 0 : lengthOf(pieces.filter(({ kind }) => kind === "continuation"));
  return lengthOf(pieces) > budget + free ? firstTokens(pieces, budget + free) : pieces;
}

/** An incomplete character has no text yet where the published code looks. */
const withoutBroken = (text: string): string => text.replace(/\uFFFD+$/u, "");

/** Where the model's own end is the beginning of the delimiter, that much of the delimiter is the model's. */
function naturalEnd(ending: Ids, end: Ids): readonly Piece[] {
  const own = ending.length > 0 && ending.every((id, at) => end[at] === id);
  if (!own) return [forced("delimiter", end)];
  const rest = end.slice(ending.length);
  return rest.length > 0 ? [delimiter(ending), forced("delimiter", rest)] : [delimiter(ending)];
}

const joined = ({ task, quirks }: Rounds, { pieces }: Thought): Promise<readonly Piece[]> =>
  quirks.tokenisesAgain ? retokenised(pieces, { kind: "thinking", text: "" }, task) : Promise.resolve(pieces);

/** Room is what the context leaves: nothing was kept free but by `auto`. */
async function answer({ task, prompt, wanted, setting }: Rounds, pieces: readonly Piece[]): Promise<readonly Piece[]> {
  const after = [...setting.start, ...traceIds(pieces)];
  const maxTokens = Math.min(
    wanted.maxGen ?? Infinity,
    task.maxAnswerTokens,
    task.contextLength - prompt.length - after.length,
  );
  return sampleAnswer({ go: task.chain(prompt), after, maxTokens, endOfTurn: task.delimiters.endOfTurn });
}

/** One free generation after the thought: the model closes it, or thinks on and never answers. */
async function goOn({ task, prompt, setting }: Rounds, pieces: readonly Piece[]): Promise<readonly Piece[]> {
  const { endOfTurn } = task.delimiters;
  const after = [...setting.start, ...traceIds(pieces)];
  const maxTokens = task.contextLength - prompt.length - after.length;
  if (maxTokens < 1) return [];
  const { tokenIds } = await task.chain(prompt)({ after, maxTokens, stops: endOfTurn });
  const at = indexOfIds(tokenIds, setting.end);
  if (at < 0) return answerPieces(tokenIds, endOfTurn);
  const thought: Piece = { kind: "thinking", origin: "sampled", stop: "delimiter", tokenIds: tokenIds.slice(0, at) };
  return [
    ...(at > 0 ? [thought] : []),
    delimiter(setting.end),
    ...answerPieces(tokenIds.slice(at + setting.end.length), endOfTurn),
  ];
}

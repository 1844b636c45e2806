import type { Estimate } from "../../metrics/accuracy.ts";
import { median } from "../../metrics/median.ts";
import type { PointRow, ResultReader } from "../../ports/result-reader.ts";
import type { ExperimentData } from "../gather.ts";
import { chooseProblems, type Most } from "./choose-problems.ts";
import { readLoops, type ThoughtLoop } from "./read-loops.ts";
import type { Round, Rounds } from "./rounds.ts";
import { shareOf } from "./tallies.ts";

/** `wasted`: tokens of the loop after its first turn. */
export type LoopFound = ThoughtLoop & Readonly<{ point: PointRow; round: Round; wasted: number }>;

/** `read`: thoughts whose ids were read, of `tokens` together; `across`: loops that go through an ignored end. */
export type LoopRow = Readonly<{
  point: PointRow;
  read: number;
  tokens: number;
  loops: readonly LoopFound[];
  share: Estimate | null;
  across: number;
  wasted: number;
  period: number | null;
}>;

/** `sampled`: how many problems were read of all; null where all were. */
export type Loops = Readonly<{ rows: readonly LoopRow[]; sampled: Readonly<{ problems: number; of: number }> | null }>;

/** Ids beyond these are not read: problems are sampled instead. */
const MOST: Most = { attempts: 12_000, tokens: 4_000_000 };

/** Thoughts that end in a loop, by token ids; without those of engines that give none. */
export function loopsOf(reader: ResultReader, data: ExperimentData, rounds: Rounds, most = MOST): Loops {
  const known = data.distinct.map((point) => ({
    point,
    own: [...rounds.at(point.id).values()].filter(({ counts }) => counts === "ids"),
  }));
  const { problems, of } = chooseProblems(
    known.flatMap(({ own }) => own),
    most,
  );
  const rows = known.flatMap(({ point, own }) => {
    const read = problems === null ? own : own.filter(({ problem }) => problems.has(problem));
    return read.length === 0
      ? []
      : [
          rowOf(
            point,
            read,
            readLoops(
              reader,
              read.map(({ attempt }) => attempt),
            ),
          ),
        ];
  });
  return { rows, sampled: problems && { problems: problems.size, of } };
}

function rowOf(point: PointRow, rounds: readonly Round[], found: ReadonlyMap<number, ThoughtLoop>): LoopRow {
  const loops = rounds.flatMap((round) => {
    const own = found.get(round.attempt);
    return own ? [{ ...own, point, round, wasted: own.loop.tokens - own.loop.period }] : [];
  });
  return {
    point,
    read: rounds.length,
    loops,
    tokens: rounds.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0),
    share: shareOf(rounds, ({ attempt }) => found.has(attempt)),
    across: loops.filter(({ ends }) => ends > 0).length,
    wasted: loops.reduce((sum, { wasted }) => sum + wasted, 0),
    period: median(loops.map(({ loop }) => loop.period)),
  };
}

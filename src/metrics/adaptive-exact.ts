import { creditOfLeaders, lengthOf, type RulePoint, type Timed } from "./pool-rule.ts";
import { firstTwo, type Stopping } from "./stopping.ts";

const MOST_STATES = 1_000;

type Party = { answer: string | null; size: number; correct: boolean; meanLength: number };

/**
 * How many votes each party has, and whose the current window is so far: nobody's yet (-1), mixed (-2), or a party's.
 */
type State = Readonly<{ votes: readonly number[]; run: number; chance: number }>;

type Exact = Readonly<Pick<RulePoint, "credit" | "tokens" | "error">>;

/**
 * A stopping rule at every k, over all orders of the pool at once: a random walk over the votes that can be met. Null
 * where these are too many. Within a party all attempts are alike, so a walk that has drawn v of them has paid v means.
 */
export function exactAdaptive(pool: readonly Timed[], stopping: Stopping): readonly Exact[] | null {
  const parties = partiesOf(pool);
  const runs = stopping.enough ? 1 : parties.length + 1;
  if (parties.reduce((states, { size }) => states * (size + 1), runs) > MOST_STATES) return null;
  const tokensOf = (votes: readonly number[]) =>
    votes.reduce((sum, count, i) => sum + count * parties[i]!.meanLength, 0);
  const creditOf = (votes: readonly number[]) =>
    creditOfLeaders(
      parties.flatMap(({ answer, correct }, i) => (answer === null ? [] : [{ weight: votes[i]!, correct }])),
    );
  let alive: readonly State[] = [{ votes: parties.map(() => 0), run: -1, chance: 1 }];
  const stopped = { credit: 0, tokens: 0 };
  return pool.map((_, at) => {
    const full = (at + 1) % stopping.window === 0;
    const next: State[] = [];
    const here = { credit: 0, tokens: 0 };
    for (const state of drawOne(alive, { parties, left: pool.length - at })) {
      const agreed = full && !stopping.enough && state.run >= 0 && parties[state.run]!.answer !== null;
      const enough = full && stopping.enough?.(...firstTwo(state.votes.filter((__, i) => parties[i]!.answer !== null)));
      const credit = agreed ? Number(parties[state.run]!.correct) : creditOf(state.votes);
      const sums = agreed || enough ? stopped : here;
      sums.credit += state.chance * credit;
      sums.tokens += state.chance * tokensOf(state.votes);
      if (sums === here) next.push(full ? { ...state, run: -1 } : state);
    }
    alive = merged(next);
    return { credit: Math.min(1, stopped.credit + here.credit), tokens: stopped.tokens + here.tokens, error: 0 };
  });
}

function partiesOf(pool: readonly Timed[]): readonly Party[] {
  const parties = new Map<string | null, Party>();
  for (const attempt of pool) {
    const { answer, correct } = attempt;
    const party = parties.get(answer) ?? { answer, size: 0, correct, meanLength: 0 };
    party.meanLength = (party.meanLength * party.size + lengthOf(attempt)) / (party.size + 1);
    party.size++;
    parties.set(answer, party);
  }
  return [...parties.values()];
}

/** Every state after one more attempt; those that are alike are one. */
function drawOne(
  states: readonly State[],
  { parties, left }: Readonly<{ parties: readonly Party[]; left: number }>,
): readonly State[] {
  return merged(
    states.flatMap(({ votes, run, chance }) =>
      parties.flatMap(({ size }, party): State[] =>
        votes[party]! === size
          ? []
          : [
              {
                votes: votes.map((count, i) => (i === party ? count + 1 : count)),
                run: run === -1 || run === party ? party : -2,
                chance: (chance * (size - votes[party]!)) / left,
              },
            ],
      ),
    ),
  );
}

function merged(states: readonly State[]): readonly State[] {
  const known = new Map<string, State>();
  for (const state of states) {
    const key = `${state.votes.join()} ${state.run}`;
    known.set(key, { ...state, chance: state.chance + (known.get(key)?.chance ?? 0) });
  }
  return [...known.values()];
}

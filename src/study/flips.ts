import { countTransitions, type Round, type Transition } from "../metrics/transitions.ts";
import type { AttemptRow } from "../ports/result-reader.ts";
import { ignoresOf, isNatural, numberOf, type Params, paramsOf } from "./settings.ts";

/** What one more ignored end (or several) did to the answers. */
export type FlipRow = Readonly<{
  model: string;
  dataset: string;
  continuation: string;
  from: number;
  to: number;
  chains: number;
  counts: Readonly<Record<Transition, number>>;
}>;

type Kept = Readonly<{ row: AttemptRow; params: Params; ignores: number }>;

/**
 * Answers followed from the natural end through each number of ignored ends, by continuation string. Thoughts that were
 * cut by a budget are left out, so that what a cut does is never taken for what a Wait does. Chains that lack a round
 * (an error, an ungraded answer) are left out.
 */
export function flipTable(attempts: Iterable<AttemptRow>): readonly FlipRow[] {
  const kept = [...attempts].flatMap(whole);
  const strings = [
    ...new Set(
      kept
        .filter(({ ignores }) => ignores > 0)
        .map(({ row, params }) => JSON.stringify([row.model, row.dataset, String(params["variant"]), textOf(params)])),
    ),
  ];
  return strings.flatMap((key) => {
    const [model, dataset, variant, continuation] = JSON.parse(key) as [string, string, string, string];
    const own = kept.filter(
      ({ row, params, ignores }) =>
        row.model === model &&
        row.dataset === dataset &&
        params["variant"] === variant &&
        (ignores === 0 || textOf(params) === continuation),
    );
    return flipsOf(own).map((flip) => ({ model, dataset, continuation, ...flip }));
  });
}

function whole(row: AttemptRow): readonly Kept[] {
  const params = paramsOf(row);
  const cut = numberOf(params["max_thinking_tokens"]) !== null || Boolean(numberOf(params["min_thinking_tokens"]));
  if (row.method !== "budget-forcing" || cut || row.outcome === "error" || row.outcome === "unscored") return [];
  const ignores = ignoresOf(params);
  return ignores > 0 || isNatural(row, params) ? [{ row, params, ignores }] : [];
}

const textOf = ({ continuation }: Params): string =>
  (typeof continuation === "string" && continuation.trim()) || "nothing";

function flipsOf(own: readonly Kept[]): readonly Pick<FlipRow, "from" | "to" | "chains" | "counts">[] {
  const levels = [...new Set(own.map(({ ignores }) => ignores))].sort((a, b) => a - b);
  const chains = new Map<string, Map<number, Round>>();
  for (const { row, ignores } of own) {
    const key = JSON.stringify([row.experiment, row.problem, row.epoch]);
    const rounds = chains.get(key) ?? new Map<number, Round>();
    chains.set(
      key,
      rounds.set(ignores, { tokens: row.thinking_tokens ?? 0, correct: row.outcome === "correct", answer: row.answer }),
    );
  }
  const complete = [...chains.values()]
    .filter((rounds) => rounds.size === levels.length)
    .map((rounds) => levels.flatMap((level) => rounds.get(level) ?? []));
  const steps = countTransitions(complete);
  return steps.map((counts, step) => ({
    from: levels[step] ?? 0,
    to: levels[step + 1] ?? 0,
    chains: complete.length,
    counts,
  }));
}

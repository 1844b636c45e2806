import type { Experiment } from "../experiment/schema.ts";
import type { UsageRow } from "../ports/result-reader.ts";
import type { RunEvent } from "../runner/run.ts";
import { UserError } from "../core/user-error.ts";

/** A ceiling of the experiment file was reached; what is stored stays. */
export class CeilingReached extends Error {
  /** Whether the same command can go on later, or with a higher ceiling. */
  readonly goesOn: boolean;

  constructor(
    what: string,
    message = `stopped at the ceiling of ${what} (raise it under limits: and run the same command to continue)`,
  ) {
    super(message);
    this.goesOn = what !== "";
    this.name = "CeilingReached";
  }
}

/** A ceiling is set, and a server does not say what it used: nothing could hold it. */
const uncounted = (model: string): CeilingReached =>
  new CeilingReached(
    "",
    `stopped: limits has a ceiling of tokens or money, and the server of model ${JSON.stringify(model)} does ` +
      "not report what it used (remove the limit to continue)",
  );

/** Watches tokens, money and time; money and tokens of earlier runs of the experiment count. */
export function ceilings(
  limits: Experiment["limits"],
  before: UsageRow,
  abort: (reason: Error) => void,
): Readonly<{
  see: (event: RunEvent) => void;
  /** The same where what was paid for is stored first: nothing is stopped. */
  count: (event: RunEvent) => void;
  /** How many of these questions may still be asked, at so much each; throws where none may. */
  allowed: (wanted: number, each: Readonly<{ tokens: number; money: number | null }>) => number;
  /** A try was dropped that may have cost something: it is taken for as much as the dearest reply so far. */
  drop: () => void;
  release: () => void;
}> {
  const { tokens = Infinity, money = Infinity, minutes } = limits ?? {};
  const left = { tokens: tokens - (before.decoded_tokens ?? 0), money: money - (before.cost ?? 0) };
  const timer =
    minutes === undefined
      ? undefined
      : setTimeout(() => abort(new CeilingReached(`${minutes} minutes`)), Math.min(minutes * 60_000, longestTimer));
  const dearest = { tokens: meanOf(before.decoded_tokens, before), money: meanOf(before.cost, before) };
  const drop = (): void => {
    left.tokens -= dearest.tokens;
    left.money -= dearest.money;
  };
  for (let dropped = 0; dropped < before.unknown_costs; dropped++) drop();
  const count = (event: RunEvent): void => {
    if (event.type === "decoded") {
      left.tokens -= event.tokens ?? 0;
      dearest.tokens = Math.max(dearest.tokens, event.tokens ?? 0);
    }
    if (event.type === "paid") {
      left.money -= event.money;
      dearest.money = Math.max(dearest.money, event.money);
    }
  };
  const reached = (): CeilingReached | null => {
    if (left.tokens <= 0) return new CeilingReached(`${tokens} tokens`);
    return money < Infinity && left.money <= rounding * money ? new CeilingReached(`${money} in money`) : null;
  };
  const see = (event: RunEvent): void => {
    if (event.type === "decoded" && event.tokens === null && (tokens < Infinity || money < Infinity))
      abort(uncounted(event.model));
    count(event);
    const ceiling = reached();
    if (ceiling) abort(ceiling);
  };
  const allowed = (wanted: number, each: Readonly<{ tokens: number; money: number | null }>): number => {
    const byTokens = each.tokens > 0 ? left.tokens / each.tokens : wanted;
    const byMoney = each.money !== null && each.money > 0 ? left.money / each.money : wanted;
    const most = Math.floor(Math.min(wanted, byTokens, byMoney));
    if (most >= 1) return most;
    throw reached() ?? new CeilingReached(byTokens < byMoney ? `${tokens} tokens` : `${money} in money`);
  };
  return { see, count, allowed, drop, release: () => clearTimeout(timer) };
}

/** Of a request of earlier runs. */
const meanOf = (sum: number | null, { requests }: UsageRow): number => (requests > 0 ? (sum ?? 0) / requests : 0);

/** Milliseconds; a longer timer of Node's ends at once. */
const longestTimer = 2 ** 31 - 1;

/** Sums of a million costs are so far from exact. */
const rounding = 1e-9;

/** A ceiling on money that nothing could enforce is refused. */
export function checkCeilings({ limits, models }: Pick<Experiment, "limits" | "models">): void {
  const unpriced = models.find(({ price }) => price === null);
  if (limits?.money !== undefined && unpriced)
    throw new UserError(`limits.money is set, but model ${JSON.stringify(unpriced.name)} has no price`, {
      hint: "add price: { input: ..., output: ... }, per million tokens",
    });
}

/** What one setting did on one problem. `value`: share of attempts that were right; `cost`: mean tokens. */
export type Spent = Readonly<{ cost: number; value: number }>;

/** Means over problems: what the best allocation reaches with that many tokens. */
export type Allocation = Readonly<{ tokens: number; accuracy: number }>;

/**
 * The most that any allocation of tokens to problems could reach, of settings that were run (one list a problem): each
 * problem first at its cheapest setting, then the steps that gain the most for a token. No rule that does not know the
 * answers can do better. Rising tokens and accuracy; empty without problems.
 */
export function oracle(problems: readonly (readonly Spent[])[]): readonly Allocation[] {
  const asked = problems.filter((settings) => settings.length > 0);
  const [hulls, n] = [asked.map(hullOf), asked.length];
  let [tokens, accuracy] = [0, 0];
  for (const [start] of hulls) {
    tokens += start?.cost ?? 0;
    accuracy += start?.value ?? 0;
  }
  const steps = hulls
    .flatMap((hull) =>
      hull.slice(1).map((to, i) => ({ cost: to.cost - hull[i]!.cost, value: to.value - hull[i]!.value })),
    )
    .sort((a, b) => b.value / b.cost - a.value / a.cost);
  const path = [{ tokens: tokens / Math.max(1, n), accuracy: accuracy / Math.max(1, n) }];
  for (const { cost, value } of steps) {
    tokens += cost;
    accuracy += value;
    path.push({ tokens: tokens / n, accuracy: accuracy / n });
  }
  return n === 0 ? [] : path;
}

/** The settings of a problem that no mixture of others beats, from the cheapest on. */
function hullOf(settings: readonly Spent[]): readonly Spent[] {
  const hull: Spent[] = [];
  for (const next of [...settings].sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    const last = hull.at(-1);
    if (last && next.value <= last.value) continue;
    while (hull.length > 1 && slope(hull.at(-1)!, next) >= slope(hull.at(-2)!, hull.at(-1)!)) hull.pop();
    hull.push(next);
  }
  return hull;
}

const slope = (a: Spent, b: Spent): number => (b.value - a.value) / (b.cost - a.cost);

/** The best allocation's accuracy at a number of tokens: between two of its steps in proportion. */
export function accuracyOf(path: readonly Allocation[], tokens: number): number | null {
  const after = path.findIndex((step) => step.tokens >= tokens);
  const [low, high] = [path[after - 1], path[after]];
  if (after === -1) return path.at(-1)?.accuracy ?? null;
  if (!low || !high) return high && high.tokens === tokens ? high.accuracy : null;
  return low.accuracy + ((tokens - low.tokens) / (high.tokens - low.tokens)) * (high.accuracy - low.accuracy);
}

/** The fewest tokens with which the best allocation reaches an accuracy; null where it never does. */
export const tokensFor = (path: readonly Allocation[], accuracy: number): number | null =>
  path.find((step) => step.accuracy >= accuracy - 1e-12)?.tokens ?? null;

/** Counts of problems answered once at each of two points: right at the first alone, the second alone, all. */
export type Discordance = Readonly<{ onlyFirst: number; onlySecond: number; problems: number }>;

/**
 * Likeliest share of problems right at the first point alone, were second minus first accuracy `difference` (Tango,
 * 1998).
 */
export function likeliestLoss({ onlyFirst, onlySecond, problems }: Discordance, difference: number): number {
  const linear = (2 * problems - onlySecond + onlyFirst) * difference - onlyFirst - onlySecond;
  const constant = -onlyFirst * difference * (1 - difference);
  return (Math.sqrt(Math.max(0, linear * linear - 8 * problems * constant)) - linear) / (4 * problems);
}

/** McNemar's score statistic of a supposed difference, with the discordant cells at their likeliest under it. */
export function pairedScore(table: Discordance, difference: number): number {
  const { onlyFirst, onlySecond, problems } = table;
  const variance = problems * (2 * likeliestLoss(table, difference) + difference * (1 - difference));
  const excess = onlySecond - onlyFirst - problems * difference;
  return Math.abs(excess) < 1e-12 ? 0 : excess / Math.sqrt(Math.max(variance, 1e-300));
}

import type { Grid } from "./grid.ts";

/** Problems of a data set that share the value of a tag; `members`: their places in the grid. */
export type Group = Readonly<{ key: string; value: string; members: readonly number[] }>;

const MOST_VALUES = 12;
const FEWEST_PROBLEMS = 8;

/**
 * What the problems of a data set can be grouped by: tags of a few values, each with some problems. Of tags that make
 * the same groups one is kept, `level` before others.
 */
export function groupsOf(grid: Grid, dataset: string): readonly Group[] {
  const byKey = new Map<string, Map<string, number[]>>();
  grid.problems.forEach((problem, at) => {
    if (problem.dataset !== dataset) return;
    for (const [key, value] of tagsOf(problem)) {
      const values = byKey.get(key) ?? new Map<string, number[]>();
      byKey.set(key, values);
      // A tag of too many values is no group: its problems are not listed any further.
      if (values.size > MOST_VALUES) continue;
      const members = values.get(value) ?? [];
      values.set(value, members);
      members.push(at);
    }
  });
  const usable = [...byKey].filter(
    ([, values]) =>
      values.size > 1 && values.size <= MOST_VALUES && [...values.values()].some((m) => m.length >= FEWEST_PROBLEMS),
  );
  const partitions = new Set<string>();
  return usable
    .sort(([a], [b]) => Number(b === "level") - Number(a === "level"))
    .flatMap(([key, values]) => {
      const shape = JSON.stringify([...values.values()].map((members) => members.slice(0, 50)));
      if (partitions.has(shape)) return [];
      partitions.add(shape);
      return [...values].map(([value, members]) => ({ key, value, members }));
    });
}

/** The level is a column of the grid already; tags of long or nested values tell problems apart, not groups. */
function tagsOf({ level, tags }: Grid["problems"][number]): readonly (readonly [string, string])[] {
  const read = Object.entries(JSON.parse(tags) as Record<string, unknown>).flatMap(([key, value]) =>
    key !== "level" && (typeof value === "string" || typeof value === "number") && String(value).length <= 40
      ? [[key, String(value)] as const]
      : [],
  );
  return level === null ? read : [["level", level], ...read];
}

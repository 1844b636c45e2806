import { UserError } from "../../core/user-error.ts";
import { asked } from "../../view/asked.ts";
import type { Route } from "../../view/route.ts";
import type { Attempts } from "../../view/types/attempts.ts";
import type { Comparison } from "../../view/types/compare.ts";
import type { Problems } from "../../view/types/problems.ts";

/** Asks for a path, keeps the answer under it, and returns it; null where there is none. */
export type Keep = (path: string) => Promise<unknown>;

/** Pages of rows of one list: nobody reads more of them, and each row brings its thought along. */
const MOST_PAGES = 40;

/** Keeps the rows that an address shows, and their thoughts. */
export async function keepRows({ page, experiment, problem, query }: Route, keep: Keep): Promise<void> {
  const thoughts = new Set<string>();
  const thought = (name: string, epoch = 0): unknown => thoughts.add(asked.chain(experiment, name, { epoch }));
  if (page === "chain") thought(problem, Number(query["epoch"] ?? 0));
  if (page === "vs") await keep(asked.vs(experiment, problem, query));
  if (page === "vs") thought(problem, Number(query["epoch"] ?? 0));
  if (page === "problems")
    for await (const { strips } of pagesOf<Problems>(query, (own) => keep(asked.problems(experiment, own))))
      for (const strip of strips) thought(strip.problem);
  if (page === "attempts")
    for await (const { lines } of pagesOf<Attempts>(query, (own) => whole(keep, asked.attempts(experiment, own))))
      for (const line of lines) thought(line.problem, line.epoch);
  if (page === "compare")
    for await (const { changed } of pagesOf<Comparison>(query, (own) => keep(asked.compare(experiment, own))))
      for (const row of changed) {
        await keep(asked.vs(experiment, row.problem, { a: query["a"], b: query["b"] }));
        thought(row.problem);
      }
  for (const path of thoughts) await keep(path);
}

type Paged = Readonly<{ next: string | null }>;

async function* pagesOf<T extends Paged>(
  query: Route["query"],
  ask: (query: Route["query"]) => Promise<unknown>,
): AsyncGenerator<T> {
  let own = query;
  for (let page = 0; page < MOST_PAGES; page++) {
    const read = (await ask(own)) as T | null;
    if (read === null) return;
    yield read;
    if (read.next === null) return;
    own = { ...query, after: read.next };
  }
  throw new UserError(`this address shows more than ${MOST_PAGES} pages of rows`, {
    hint: "narrow it, by setting, outcome, level or words",
  });
}

/** Texts are looked through bit by bit: the same question until all of it is told. */
async function whole(keep: Keep, path: string): Promise<unknown> {
  let read = (await keep(path)) as Attempts | null;
  while (read !== null && read.searched < 1) read = (await keep(path)) as Attempts | null;
  return read;
}

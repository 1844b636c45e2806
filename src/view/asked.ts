import { searchOf } from "./route.ts";

type Query = Readonly<Record<string, string | number | null | undefined>>;

export const apiPath = (parts: readonly string[], query: Query = {}): string =>
  `/api/${parts.map(encodeURIComponent).join("/")}${searchOf(query)}`;

/** What a page of rows asks for, from the query of its address: a copy holds answers by these paths, to the letter. */
export const asked = {
  problems: (experiment: string, { sort = "name", show = "all", q, level, after }: Query): string =>
    apiPath(["e", experiment, "problems"], { sort, show, q, level, after }),
  attempts: (
    experiment: string,
    { point, outcome, level, problem, q, said, sort = "-id", after, reveal }: Query,
  ): string => apiPath(["e", experiment, "attempts"], { point, outcome, level, problem, q, said, sort, after, reveal }),
  compare: (experiment: string, { a, b, show = "changed", after, reveal }: Query): string =>
    apiPath(["e", experiment, "compare"], { a, b, show, after, reveal }),
  chain: (experiment: string, problem: string, { epoch, reveal }: Query = {}): string =>
    apiPath(["e", experiment, "p", problem], { epoch: String(epoch ?? 0) === "0" ? null : epoch, reveal }),
  vs: (experiment: string, problem: string, { a, b, epoch, reveal }: Query): string =>
    apiPath(["e", experiment, "p", problem, "vs"], { a, b, epoch, reveal }),
};

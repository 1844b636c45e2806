/** Where the page is: all of its state, so that a link shows a colleague the same. */
export type Route = Readonly<{
  page: "home" | "experiment" | "problems" | "attempts" | "compare" | "figure" | "chain" | "vs" | "attempt" | "missing";
  experiment: string;
  problem: string;
  query: Readonly<Record<string, string>>;
}>;

const inner = ["problems", "attempts", "compare", "figure"] as const;

/** Reads `/e/NAME/p/PROBLEM?epoch=0`; anything else is `missing`. */
export function routeOf(path: string): Route {
  const [place = "", search = ""] = path.split("#")[0]?.split(/\?(.*)/s) ?? [];
  const query = Object.fromEntries(new URLSearchParams(search));
  const parts = place.split("/").filter((part) => part !== "");
  const names = parts.map(decoded);
  const [root, experiment = "", section, problem = "", last] = names;
  const at = (page: Route["page"]): Route => ({ page, experiment, problem, query });
  if (names.length === 0) return at("home");
  if (root === "a" && names.length === 2) return at("attempt");
  if (root !== "e" || names.length < 2) return at("missing");
  if (section === undefined) return at("experiment");
  if (section === "p" && names.length === 4) return at("chain");
  if (section === "p" && names.length === 5 && last === "vs") return at("vs");
  const known = inner.find((page) => page === section);
  return at(known && names.length === 3 ? known : "missing");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Values = Readonly<Record<string, string | number | null | undefined>>;

/** A query without what is null or empty. */
export function searchOf(values: Values): string {
  const kept = Object.entries(values).flatMap(([key, value]) =>
    value === null || value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept)}`;
}

const name = encodeURIComponent;

export const to = {
  home: "/",
  experiment: (experiment: string, query: Values = {}): string => `/e/${name(experiment)}${searchOf(query)}`,
  problems: (experiment: string, query: Values = {}): string => `/e/${name(experiment)}/problems${searchOf(query)}`,
  attempts: (experiment: string, query: Values = {}): string => `/e/${name(experiment)}/attempts${searchOf(query)}`,
  compare: (experiment: string, query: Values = {}): string => `/e/${name(experiment)}/compare${searchOf(query)}`,
  figure: (experiment: string, query: Values = {}): string => `/e/${name(experiment)}/figure${searchOf(query)}`,
  chain: (experiment: string, problem: string, query: Values = {}): string =>
    `/e/${name(experiment)}/p/${name(problem)}${searchOf(query)}`,
  vs: (experiment: string, problem: string, query: Values = {}): string =>
    `/e/${name(experiment)}/p/${name(problem)}/vs${searchOf(query)}`,
};

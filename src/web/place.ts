import { computed, signal } from "@preact/signals";
import { routeOf, searchOf } from "../view/route.ts";

declare global {
  interface Window {
    /** Set by a bundle: data that lies beside the page, and when it was made. */
    overthinkBundle?: Readonly<{ made: string; filter: string; left_out: string; start?: string }>;
  }
}

/** A bundle opens from a file, which has no addresses of its own: there the place is behind the #. */
export const isBundle = (): boolean => window.overthinkBundle !== undefined;

const current = (): string =>
  isBundle()
    ? location.hash.replace(/^#/, "") || (window.overthinkBundle?.start ?? "/")
    : `${location.pathname}${location.search}`;

/** Path and query of the page. */
export const here = signal(current());

export const route = computed(() => routeOf(here.value));

addEventListener("popstate", () => (here.value = current()));
addEventListener("hashchange", () => (here.value = current()));

export const hrefOf = (path: string): string => (isBundle() ? `#${path}` : path);

/** Goes there; `replace`: without a step back. */
export function go(path: string, { replace = false, keep = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", hrefOf(path));
  here.value = path;
  if (!keep) scrollTo(0, 0);
}

/** Changes some of the query, in place. */
export function refine(values: Readonly<Record<string, string | number | null>>, { replace = true } = {}): void {
  const [path = "/"] = here.value.split("?");
  go(`${path}${searchOf({ ...route.value.query, ...values })}`, { replace, keep: true });
}

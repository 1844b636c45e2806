import type { PageReader } from "../ports/page-reader.ts";

type Kept = Readonly<{ version: string; at: number; took: number; value: unknown }>;

const known = new WeakMap<PageReader, Map<string, Kept>>();

/** While a run writes, something is made again only after this many times what it took: at most a tenth of a core. */
export const PATIENCE = 9;

/**
 * What was made of a database under a name, until the database has changed. Sums over a million attempts lag behind a
 * run by some seconds; those of a small experiment are made anew whenever they are asked for.
 */
export function kept<T>(pages: PageReader, name: string, make: () => T): T {
  const version = `${pages.version()} ${pages.newest()}`;
  const own = known.get(pages) ?? new Map<string, Kept>();
  known.set(pages, own);
  const last = own.get(name);
  const start = performance.now();
  if (last && (last.version === version || start - last.at < PATIENCE * last.took)) return last.value as T;
  const value = make();
  const at = performance.now();
  own.set(name, { version, at, took: at - start, value });
  return value;
}

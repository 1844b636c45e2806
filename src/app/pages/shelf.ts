import { statSync } from "node:fs";
import { isTold, lostBy, type Lost, type Source } from "../../view/source.ts";
import { openSource } from "./sources.ts";

export type Shelf = Readonly<{ read: () => Readonly<{ sources: readonly Source[]; lost: readonly Lost[] }> }>;

/** `file`: device and number of the file, which another has not; empty where there is none. */
type File = Readonly<{ file: string; size: number }>;

type Place = File & Readonly<{ source: Source | null; lost: Lost | null }>;

/**
 * Databases by path, as they are now: a file that took the place of another is opened in its stead, and what is gone is
 * told, though SQLite would read it on.
 */
export function openShelf(paths: readonly string[]): Shelf {
  const places = new Map<string, Place>();
  const placeOf = (path: string): Place => {
    const [before, now] = [places.get(path), fileAt(path)];
    // SQLite never makes a file smaller while somebody reads it.
    if (before?.source && before.file === now.file && before.size <= now.size) return { ...before, ...now };
    before?.source?.reader.close();
    return { ...now, ...opened(path, now) };
  };
  return {
    read: () => {
      for (const path of paths) places.set(path, placeOf(path));
      const all = [...places.values()];
      return { sources: all.flatMap(({ source }) => source ?? []), lost: all.flatMap(({ lost }) => lost ?? []) };
    },
  };
}

function fileAt(path: string): File {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? { file: `${found.dev} ${found.ino}`, size: found.size } : { file: "", size: 0 };
}

/** Bytes that any database begins with: SQLite takes an empty file for a new one. */
const LEAST = 512;

function opened(path: string, { file, size }: File): Pick<Place, "source" | "lost"> {
  const hint = "it was there when the viewer was started; put it back, or start the viewer with another";
  const what = file === "" ? "is gone" : "is empty";
  if (size < LEAST) return { source: null, lost: { db: path, error: `database "${path}" ${what}`, hint } };
  try {
    return { source: openSource(path), lost: null };
  } catch (error) {
    if (!isTold(error)) throw error;
    return { source: null, lost: lostBy(path, error) };
  }
}

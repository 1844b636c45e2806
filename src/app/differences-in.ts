type Fields = Readonly<Record<string, unknown>>;

/** Facts of the moment, not of the model or its engine. */
const passing: ReadonlySet<string> = new Set([
  "urls",
  "silent",
  "file",
  "threads",
  "sequences",
  "context_length",
  "uv_threadpool_size",
]);

const longest = 60;

/**
 * What differs between two records, in words: `version was 0.11.0, is 0.12.0`. Null where nothing does. Fields of
 * `known` are left out.
 */
export function differencesIn(known: Fields, before: Fields, now: Fields): string | null {
  const [then, today] = [leavesOf(before), leavesOf(now)];
  const ignored = new Set([...passing, ...Object.keys(known)]);
  const words = [...new Set([...then.keys(), ...today.keys()])]
    .filter((name) => !ignored.has(name.split(".")[0] ?? name))
    .filter((name) => then.get(name) !== today.get(name))
    .map((name) => change(name, then.get(name) ?? "not reported", today.get(name) ?? "not reported"));
  return words.length > 0 ? words.join("; ") : null;
}

const change = (name: string, before: string, now: string): string =>
  Math.max(before.length, now.length) > longest ? `${name} is another` : `${name} was ${before}, is ${now}`;

const leavesOf = (value: unknown, name = ""): Map<string, string> => {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object" || Array.isArray(value))
    return new Map([[name, typeof value === "string" ? value : JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, name === "" ? key : `${name}.${key}`)]),
  );
};

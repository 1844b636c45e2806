import { UserError } from "../core/user-error.ts";
import type { ExperimentRow, ResultReader } from "../ports/result-reader.ts";

/** Experiments by name, in the order asked for. */
export function chosen(reader: ResultReader, names: readonly string[]): readonly ExperimentRow[] {
  const known = reader.experiments();
  return [...new Set(names)].map(
    (name) =>
      known.find((row) => row.name === name) ??
      unknown(
        name,
        known.map((row) => row.name),
      ),
  );
}

const MOST_NAMED = 8;

function unknown(name: string, known: readonly string[]): never {
  const near = known.filter((other) => common(other, name) >= Math.min(3, name.length)).slice(0, MOST_NAMED);
  const named = near.length > 0 ? near : known.slice(0, MOST_NAMED);
  throw new UserError(`no experiment "${name}" in the database`, {
    hint:
      known.length === 0 ? "run one first" : `${near.length > 0 ? "did you mean" : "there are"} ${named.join(", ")}`,
  });
}

/** Letters at the beginning that two names share. */
function common(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

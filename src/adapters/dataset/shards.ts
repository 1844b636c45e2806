import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/user-error.ts";

export type Shard = Readonly<{ name: string; path: string }>;

type FormatOf = (name: string) => string | undefined;

const numbered = /-(\d+)-of-(\d+)\D/;

/** A set of shards that says how many there are must have them all. */
const checkNumbers = (names: readonly string[], folder: string): void => {
  const counts = names.flatMap((name) => {
    const found = numbered.exec(name);
    return found ? [{ name, at: Number(found[1]), of: Number(found[2]), start: name.slice(0, found.index) }] : [];
  });
  for (const start of new Set(counts.map((one) => one.start))) {
    const own = counts.filter((one) => one.start === start);
    const total = own[0]?.of ?? 0;
    const missing = Array.from({ length: total }, (_, at) => at).find((at) => !own.some((one) => one.at === at));
    if (own.some(({ of }) => of !== total) || missing !== undefined)
      throw new UserError(
        missing === undefined
          ? `${start}: its shards do not agree how many they are`
          : `shard ${missing} of ${total} of ${JSON.stringify(start)} is missing`,
        { place: { file: folder }, hint: "fetch the folder again" },
      );
  }
};

/** The data files of a folder in the order of their names: all of one format, none missing. */
export const shardsIn = (folder: string, formatOf: FormatOf): readonly Shard[] => {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .filter((name) => formatOf(name) !== undefined)
    .sort();
  const formats = [...new Set(names.map(formatOf))];
  if (formats.length === 0) throw new UserError("the folder holds no data files", { place: { file: folder } });
  if (formats.length > 1)
    throw new UserError(`the folder holds several formats: ${formats.join(", ")}`, {
      place: { file: folder },
      hint: "name one file, or leave shards of one format in the folder",
    });
  checkNumbers(names, folder);
  return names.map((name) => ({ name, path: join(folder, name) }));
};

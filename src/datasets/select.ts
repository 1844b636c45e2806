import { hashOf } from "../core/hash.ts";
import { UserError } from "../core/user-error.ts";
import type { DatasetSpec } from "../experiment/dataset-spec.ts";
import { didYouMean } from "../experiment/suggest.ts";
import type { Item } from "./problems.ts";
import { cellAt, cellText, namesOf } from "./row.ts";

type Where = NonNullable<DatasetSpec["where"]>;

const valueOf = ({ problem, row }: Item, name: string): string | undefined =>
  cellText(problem.tags[name]) ?? cellText(cellAt(row, name));

const keysOf = ({ problem, row }: Item): readonly string[] => [...Object.keys(problem.tags), ...namesOf(row)];

const distinct = (items: readonly Item[], name: string): readonly string[] => [
  ...new Set(items.flatMap((item) => valueOf(item, name) ?? [])),
];

const some = (values: readonly string[]): string =>
  values.length > 12 ? `${values.slice(0, 12).join(", ")}, ...` : values.join(", ");

const refuse = (dataset: string, message: string): never => {
  throw new UserError(`data set ${JSON.stringify(dataset)}: ${message}`);
};

const keepWhere = (items: readonly Item[], where: Where, dataset: string): readonly Item[] =>
  Object.entries(where).reduce((left, [name, wanted]) => {
    const known = [...new Set(items.flatMap(keysOf))];
    if (!known.includes(name))
      refuse(
        dataset,
        `where: there is no column ${JSON.stringify(name)}, the columns are ${some(known)}${didYouMean(name, known)}`,
      );
    const values = [wanted].flat().map(String);
    const kept = left.filter((item) => values.includes(valueOf(item, name) ?? ""));
    if (kept.length === 0)
      refuse(dataset, `where: no problem has ${name} ${values.join(" or ")}, only ${some(distinct(left, name))}`);
    return kept;
  }, items);

/** An order that depends on the ids and the seed only, so that a data set that grows keeps it. */
const shuffled = (items: readonly Item[], seed: number): readonly Item[] =>
  items
    .map((item) => ({ item, key: hashOf(["shuffle", seed, item.problem.id]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);

/** The problems that an experiment asks for, in its order. */
export const select = (items: readonly Item[], { name, where, shuffle, limit }: DatasetSpec): readonly Item[] => {
  const kept = where ? keepWhere(items, where, name) : items;
  const ordered = shuffle === undefined || shuffle === false ? kept : shuffled(kept, shuffle === true ? 0 : shuffle);
  return limit === undefined ? ordered : ordered.slice(0, limit);
};

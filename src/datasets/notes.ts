import { listShown } from "./list-text.ts";
import type { Item } from "./problems.ts";
import { cellText } from "./row.ts";

const some = (items: readonly Item[]): string => {
  const ids = items.slice(0, 3).map(({ problem }) => problem.id);
  return items.length > ids.length ? `${ids.join(", ")}, ...` : ids.join(", ");
};

const repeated = (items: readonly Item[]): readonly Item[] => {
  const seen = new Set<string>();
  return items.filter(({ problem: { text } }) => {
    const known = seen.has(text);
    seen.add(text);
    return known;
  });
};

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** A longer one is no answer that a question gives away by the way. */
const longestAnswer = 500;

/** Single digits and letters stand in many a question by chance. */
const givesAway = ({ problem: { text, target } }: Item): boolean =>
  target.length > 2 &&
  target.length <= longestAnswer &&
  new RegExp(`(?<![\\p{L}\\p{N}])${escape(target)}(?![\\p{L}\\p{N}])`, "u").test(text);

const unwrapped = (items: readonly Item[]): readonly Item[] =>
  items.filter(({ problem: { target }, row }) =>
    Object.values(row).some((value) => {
      const members = typeof value === "string" ? listShown(cellText(value) ?? "") : null;
      return members?.length === 1 && members[0]?.trim() === target;
    }),
  );

/** What is odd about a data set though it can be used. */
export const notesOf = (items: readonly Item[]): readonly string[] => {
  const [twice, given, lists] = [repeated(items), items.filter(givesAway), unwrapped(items)];
  return [
    ...(lists.length > 0
      ? [`${lists.length} answers are the text of a list with one member: the member is taken`]
      : []),
    ...(twice.length > 0 ? [`${twice.length} questions are asked before (${some(twice)})`] : []),
    ...(given.length > 0 ? [`${given.length} answers stand in their questions (${some(given)})`] : []),
  ];
};

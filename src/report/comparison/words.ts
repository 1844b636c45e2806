import { movesEnd } from "../../core/facts.ts";
import type { Inline } from "../document.ts";
import { count, gain, gainRange, listed, pointsText, pText } from "../format.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import { isReal } from "../tests.ts";
import { isPartial, overlap } from "./comparable.ts";
import { isSound, type Compared, type Match } from "./compared.ts";

type Words = readonly Inline[];

/** Nothing at all may be concluded from these curves. */
export const isRefused = ({ fitness, matches }: Compared): boolean =>
  matches.length === 0 ? fitness.reasons.length > 0 : !matches.some(isSound);

/**
 * The comparison in words, what could not be compared last; what holds for several curves of two experiments is said
 * once.
 */
export function comparisonFindings(compared: readonly Compared[]): readonly Words[] {
  const told = compared.filter((c) => c.matches.length > 0 && !isRefused(c));
  const alike = groupsOf(told.filter(isAlike), namesOf).map(allAlike);
  const refused = groupsOf(compared.filter(isRefused), (c) => [...namesOf(c), ...reasonsOf(c)]).map(refusal);
  const apart = groupsOf(
    compared.filter((c) => c.matches.length === 0 && !isRefused(c)),
    namesOf,
  ).map(nothingShared);
  return [...told.filter((c) => !isAlike(c)).map(pairWords), ...alike, ...refused, ...apart];
}

const namesOf = ({ first, second }: Compared): readonly string[] => [first.data.row.name, second.data.row.name];

function groupsOf(
  compared: readonly Compared[],
  key: (c: Compared) => readonly string[],
): readonly (readonly Compared[])[] {
  const groups = new Map<string, Compared[]>();
  for (const c of compared) groups.set(JSON.stringify(key(c)), [...(groups.get(JSON.stringify(key(c))) ?? []), c]);
  return [...groups.values()];
}

const MOST_NAMED = 4;

/** Curves that never had the same setting; they can still be read side by side. */
function nothingShared(group: readonly Compared[]): Words {
  const names = [...new Set(group.flatMap((c) => [c.first.name, c.second.name]))];
  const equal = group.some((c) => c.atEqualCompute.length > 0) ? "; below they are compared at equal tokens" : "";
  const all = names.length > MOST_NAMED ? `The ${count(names.length)} curves` : listed(names);
  return [`${all} have no setting in common, so nothing is tested between them${equal}.`];
}

/** Settings may all be compared, and differ at none. */
const isAlike = ({ matches }: Compared): boolean => matches.every((m) => isSound(m) && !isReal(m.adjusted));

/** Curves that differ at none of their settings. */
function allAlike(group: readonly Compared[]): Words {
  const [c] = group;
  if (!c || group.length === 1) return c ? pairWords(c) : [];
  const matches = group.flatMap((each) => each.matches);
  const { first, comparison, adjusted } = largest(matches) as Match;
  const { difference, interval } = comparison;
  return [
    { strong: `${listed(namesOf(c))} are not distinguishable` },
    ` at any of the ${count(matches.length)} settings that their ${count(group.length)} pairs of curves share; the ` +
      `largest difference is ${gain(difference ?? 0)} points ${interval ? gainRange(interval) : ""} at ` +
      `${first.row.label} (${pText(adjusted)}).`,
  ];
}

/** Of a single pair of curves. */
export const pairWords = (c: Compared): Words => (isRefused(c) ? refusal([c]) : [...sentence(c), ...exceptions(c)]);

const reasonsOf = ({ fitness, matches }: Compared): readonly string[] => [
  ...new Set([...matches.flatMap((m) => m.fitness.reasons), ...(matches.length === 0 ? fitness.reasons : [])]),
];

export function refusal(group: readonly Compared[]): Words {
  const [c] = group;
  if (!c) return [];
  const sides = group.length === 1 ? [c.first.name, c.second.name] : [c.first.data.row.name, c.second.data.row.name];
  const numbers = group.some(({ matches, atEqualCompute }) => matches.length + atEqualCompute.length > 0)
    ? " The numbers are shown, but nothing is concluded from them."
    : "";
  return [
    { strong: `No difference between ${sides.join(" and ")} can be called real: ` },
    `${listed(reasonsOf(c))}.${numbers}`,
  ];
}

/** Settings at which nothing is concluded, where others are sound. */
function exceptions({ matches }: Compared): Words {
  const refused = matches.filter((m) => !isSound(m));
  if (refused.length === 0) return [];
  const reasons = [...new Set(refused.flatMap((m) => m.fitness.reasons))];
  return [
    " ",
    {
      strong:
        `At ${count(refused.length)} of the ${count(matches.length)} common settings no difference can be ` +
        "called real",
    },
    ` (${refused.map(settingName).join(", ")}): ${listed(reasons)}.`,
  ];
}

function sentence(c: Compared): Words {
  const sound = c.matches.filter(isSound);
  const at = headline(sound);
  if (!at) return nothingShared([c]);
  const { difference, interval } = at.comparison;
  const change = difference ?? 0;
  const where = `${at.first.natural ? "at the natural end" : `at ${settingName(at)}`}${partly(at)}`;
  const rest = others(sound.filter((m) => m !== at));
  if (!isReal(at.adjusted))
    return [
      `${c.second.name} is `,
      { strong: `not distinguishable from ${c.first.name}` },
      ` ${where}: ${gain(difference)} points ${interval ? gainRange(interval) : ""} (${pText(at.adjusted)})${rest}.`,
    ];
  return [
    `${c.second.name} ${change > 0 ? "is ahead of" : "is behind"} ${c.first.name} ${where} by `,
    { strong: pointsText(change, interval) },
    ` (${pText(at.adjusted)})${rest}.`,
  ];
}

/** Over fewer problems than either has. */
const partly = ({ fitness }: Match): string => (isPartial(fitness) ? ` (over ${overlap(fitness)})` : "");

/** The natural end, where the two can differ there; curves of one chain differ beyond it alone. */
export function headline(matches: readonly Match[]): Match | undefined {
  const natural = matches.find((m) => m.first.natural);
  const moved = matches.filter((m) => m.won + m.lost > 0);
  return natural && (natural.won + natural.lost > 0 || moved.length === 0)
    ? natural
    : largest(moved.length > 0 ? moved : matches);
}

const largest = (matches: readonly Match[]): Match | undefined =>
  [...matches].sort((a, b) => Math.abs(b.comparison.difference ?? 0) - Math.abs(a.comparison.difference ?? 0))[0];

function others(matches: readonly Match[]): string {
  if (matches.length === 0) return "";
  const ahead = matches.filter((m) => isReal(m.adjusted) && (m.comparison.difference ?? 0) > 0).length;
  const behind = matches.filter((m) => isReal(m.adjusted) && (m.comparison.difference ?? 0) < 0).length;
  if (ahead + behind === 0)
    return matches.length === 1
      ? "; at the other common setting they are not distinguishable"
      : `; at none of the ${matches.length} other common settings are they distinguishable`;
  return (
    `; of ${matches.length} other common settings it is ahead at ${ahead}, behind at ${behind} and not ` +
    `distinguishable at ${matches.length - ahead - behind}`
  );
}

/** Where the two curves differ in their continuation string the setting is named without it. */
export function settingName({ first, second }: Match): string {
  const [a, b] = [shownLabel(first.row.label, first.natural), shownLabel(second.row.label, second.natural)];
  const { role, budget, ignored_ends, minimum } = first.row;
  if (a === b || !movesEnd(role)) return a === b ? a : `${a} / ${b}`;
  return [
    ignored_ends > 0 ? `×${ignored_ends}` : "",
    minimum > 0 ? `≥${minimum}` : "",
    budget === null ? "" : `≤${budget}`,
  ]
    .filter(Boolean)
    .join(" ");
}

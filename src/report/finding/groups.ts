import type { Inline } from "../document.ts";
import { count, gain, gainRange, percent, pointsText, pText } from "../format.ts";
import type { Interaction } from "../interactions.ts";
import { isReal, type Test } from "../tests.ts";

const MOST_NAMED = 2;

/** Groups in which a setting does for certain what it does not do elsewhere. */
const differing = (interactions: readonly Interaction[], test: Test): readonly Interaction[] =>
  interactions
    .filter((i) => i.test === test && isReal(i.adjusted) && isReal(i.adjustedWithin))
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));

const change = (i: Interaction): number => i.within?.difference ?? 0;

/** "except at level 8, where it loses 34.9 points": of a setting whose gain or loss is turned round in some groups. */
export function exceptions(interactions: readonly Interaction[], test: Test): readonly Inline[] {
  const whole = test.comparison.difference ?? 0;
  const turned = differing(interactions, test).filter((i) => change(i) * whole < 0);
  if (turned.length === 0) return [];
  const more = turned.length - MOST_NAMED;
  return [
    ", ",
    {
      strong:
        "except " +
        turned
          .slice(0, MOST_NAMED)
          .map((i) => `${placeOf(i)}, where it ${verb(i)} ${pointsText(change(i), i.within?.interval ?? null)}`)
          .join(", and "),
    },
    ` (${turned.slice(0, MOST_NAMED).map(fromTo).join("; ")}${more > 0 ? `; ${count(more)} more groups` : ""})`,
  ];
}

/** What a setting that is not real over all problems does in some of them. */
export function onlyInside(interactions: readonly Interaction[], test: Test): readonly Inline[] | null {
  const found = differing(interactions, test).slice(0, MOST_NAMED);
  if (found.length === 0) return null;
  return found.flatMap((i, at): readonly Inline[] => [
    at > 0 ? " and " : "",
    { strong: `${at > 0 ? "" : "it "}${verb(i)} ${pointsText(change(i), i.within?.interval ?? null)} ${placeOf(i)}` },
    ` (${fromTo(i)})`,
  ]);
}

/** A group in which the change is another one than elsewhere, in the same direction. */
export function unlike(interactions: readonly Interaction[], test: Test): readonly Inline[] | null {
  const [found] = interactions
    .filter((i) => i.test === test && isReal(i.adjusted) && i.within?.difference != null)
    .sort((a, b) => (a.adjusted ?? 1) - (b.adjusted ?? 1));
  if (!found?.within?.interval) return null;
  return [
    `it is not the same everywhere: ${placeOf(found)} it is `,
    { strong: `${gain(found.within.difference)} points ${gainRange(found.within.interval)}` },
    ` (${fromTo(found)}; difference to the others ${pText(found.adjusted)})`,
  ];
}

export const placeOf = ({ key, value }: Pick<Interaction, "key" | "value">): string =>
  key === "data set" ? `on ${value}` : key === "level" ? `at level ${value}` : `where ${key} is ${value}`;

const verb = (i: Interaction): string => (change(i) > 0 ? "gains" : "loses");

const fromTo = ({ within }: Interaction): string =>
  `${percent(within?.first?.value)} → ${percent(within?.second?.value)} % of ${count(within?.problems)} problems`;

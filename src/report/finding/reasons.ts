import type { PointRow } from "../../ports/result-reader.ts";
import { anchorOf, type Inline } from "../document.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { fileName } from "../sections/file-name.ts";
import { phraseIn } from "../sections/labels.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import type { Said } from "./said.ts";

/** Less than this is not worth a sentence at the top. */
const NOTABLE = 0.05;
const NOTABLE_UNSCORED = 0.01;

/** What could explain a gain or a loss: loops, answers that are missing, attempts that nobody could grade. */
export const reasons = (data: ExperimentData, thoughts: Thoughts | null): readonly Said[] => [
  ...missingSentence(data),
  ...thoughtSentence(data, thoughts),
  ...unscoredSentence(data),
];

function missingSentence(data: ExperimentData): readonly Said[] {
  const natural = data.tests[0]?.natural;
  const shares = data.distinct.map((point) => ({ point, share: missingShare(point) }));
  const worst = shares.reduce<(typeof shares)[number] | undefined>(
    (most, own) => (most && most.share >= own.share ? most : own),
    undefined,
  );
  const usual = natural ? missingShare(natural) : 0;
  if (!worst || worst.share - usual < NOTABLE) return [];
  const text: readonly Inline[] = [
    `At ${phraseIn(data)(worst.point)} `,
    { strong: `${percent(worst.share)} % of attempts have no answer or were cut before one` },
    natural ? `, at the natural end ${percent(usual)} %; they count as wrong. ` : "; they count as wrong. ",
    { link: "Outcomes", to: anchorOf(`outcomes-${fileName(data.row.name)}`) },
  ];
  return [{ rank: 1, size: worst.share, text }];
}

const missingShare = (p: PointRow): number => {
  const graded = p.attempts - p.errors - p.unscored;
  return graded > 0 ? (p.no_answer + p.cut) / graded : 0;
};

/** How much thought comes after the answer is right for good, and how often it goes round in circles. */
function thoughtSentence(data: ExperimentData, thoughts: Thoughts | null): readonly Said[] {
  if (!thoughts) return [];
  const [after] = thoughts.after.filter(({ settled }) => (settled.share.interval?.low ?? 0) > NOTABLE);
  const [worst] = [...thoughts.loops.rows].sort((a, b) => (b.share?.value ?? 0) - (a.share?.value ?? 0));
  const loops = worst?.share && worst.share.interval.low > NOTABLE ? worst : undefined;
  const name = fileName(data.row.name);
  const parts: readonly (readonly Inline[])[] = [
    ...(loops
      ? [
          [
            `at ${phraseIn(data)(loops.point)} `,
            { strong: `${percent(loops.share?.value)} % ${range(loops.share?.interval)}` },
            " of thoughts end in a loop",
          ],
        ]
      : []),
    ...(after
      ? [
          [
            "at least ",
            { strong: `${percent(after.settled.share.estimate)} % ${range(after.settled.share.interval)}` },
            " of the natural thought" +
              `${thoughts.after.length > 1 ? ` of ${after.natural.model} on ${after.natural.dataset}` : ""} comes ` +
              "after its answer is right for good",
          ],
        ]
      : []),
  ];
  if (parts.length === 0) return [];
  const joined = parts.flatMap((part, i): readonly Inline[] => [...(i > 0 ? ["; "] : []), ...part]);
  const [first, ...rest] = joined;
  const capital = typeof first === "string" ? `${first[0]?.toUpperCase()}${first.slice(1)}` : (first ?? "");
  const to = loops ? anchorOf(`loops-${name}`) : anchorOf(`after-${name}`);
  return [{ rank: 1, size: loops?.share?.value ?? 0.01, text: [capital, ...rest, ". ", { link: "Thoughts", to }] }];
}

function unscoredSentence(data: ExperimentData): readonly Said[] {
  const [unscored, all] = ["unscored", "attempts"].map((key) =>
    data.distinct.reduce((sum, p) => sum + p[key as "unscored" | "attempts"], 0),
  ) as [number, number];
  if (all === 0 || unscored / all < NOTABLE_UNSCORED) return [];
  return [
    {
      rank: 1,
      size: unscored / all,
      text: [
        { strong: `${percent(unscored / all)} % of attempts (${count(unscored)}) could not be graded` },
        " and are left out. ",
        { link: "Outcomes", to: anchorOf(`outcomes-${fileName(data.row.name)}`) },
      ],
    },
  ];
}

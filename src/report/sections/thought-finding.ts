import type { Inline } from "../document.ts";
import { gain, gainRange, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { turned } from "./change-words.ts";
import { phraseIn } from "./labels.ts";

/** Less than this is not worth a sentence at the top. */
const NOTABLE = 0.05;

/** One sentence on what happened inside the thoughts, if an interval supports it. */
export function thoughtFinding(data: ExperimentData, thoughts: Thoughts | null): readonly (readonly Inline[])[] {
  if (!thoughts) return [];
  const clauses = [...turnClause(data, thoughts), ...afterClause(thoughts), ...loopClause(data, thoughts)];
  if (clauses.length === 0) return [];
  const joined = clauses.flatMap((clause, i): readonly Inline[] => [...(i > 0 ? ["; "] : []), ...clause]);
  const [first, ...rest] = joined;
  return [[typeof first === "string" ? `${first[0]?.toUpperCase()}${first.slice(1)}` : (first ?? ""), ...rest, "."]];
}

type Clauses = readonly (readonly Inline[])[];

/** The first ignored end, where its balance is not zero. */
function turnClause(data: ExperimentData, { steps, shared }: Thoughts): Clauses {
  const ends = steps.filter(({ kind }) => kind === "end");
  const firsts = shared ? ends.filter((step, i) => ends.findIndex((other) => other.curve === step.curve) === i) : [];
  const real = firsts.filter(({ net }) => net.interval !== null && (net.interval.low > 0 || net.interval.high < 0));
  const [step] = [...real].sort((a, b) => Math.abs(b.net.change ?? 0) - Math.abs(a.net.change ?? 0));
  if (!step?.net.interval) return [];
  const label = phraseIn(data);
  return [
    [
      `from ${label(step.from)} to ${label(step.to)} `,
      { strong: turned(step.counts["wrong to right"], step.counts["right to wrong"]) },
      ` (net ${gain(step.net.change)} points ${gainRange(step.net.interval)})`,
    ],
  ];
}

/** For good, so that a lucky early answer does not count. */
function afterClause({ after }: Thoughts): Clauses {
  const [row] = after.filter(({ settled }) => (settled.share.interval?.low ?? 0) > NOTABLE);
  return row
    ? [
        [
          "at least ",
          { strong: `${percent(row.settled.share.estimate)} % ${range(row.settled.share.interval)}` },
          " of the natural " +
            `thought${after.length > 1 ? ` of ${row.natural.model} on ${row.natural.dataset}` : ""} comes ` +
            "after its answer is right for good",
        ],
      ]
    : [];
}

function loopClause(data: ExperimentData, { loops }: Thoughts): Clauses {
  const [worst] = [...loops.rows].sort((a, b) => (b.share?.value ?? 0) - (a.share?.value ?? 0));
  return worst?.share && worst.share.interval.low > NOTABLE
    ? [
        [
          "at ",
          `${phraseIn(data)(worst.point)} `,
          { strong: `${percent(worst.share.value)} % ${range(worst.share.interval)}` },
          " of thoughts end in a loop",
        ],
      ]
    : [];
}

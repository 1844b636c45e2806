import { holm } from "../../metrics/holm.ts";
import { normalCdf } from "../../metrics/normal.ts";
import type { Bootstrapped } from "../../metrics/bootstrap.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Pool, Study } from "../../study/study.ts";
import { inReport } from "../adjust.ts";
import { anchorOf, type Inline } from "../document.ts";
import { count, percent, pointsText, pText, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { isReal } from "../tests.ts";
import type { Said } from "./said.ts";

/** Votes and coverage in a sentence, and one long thought against many short ones at equal tokens. */
export const parallelSentences = (data: ExperimentData, study: Study): readonly Said[] => [
  ...votesSentence(data, study),
  ...equalTokensSentence(data, study),
];

/** Of the natural end where that was drawn several times. */
function votesSentence({ points }: ExperimentData, { pools }: Study): readonly Said[] {
  const natural = new Set(points.filter((p) => p.role === "natural").map((p) => p.label));
  const told = pools.find((pool) => natural.has(pool.label)) ?? pools.at(-1);
  const [one, most] = [told?.curve[0], told?.curve.at(-1)];
  if (!told || !one?.majority || !most?.majority || !most.pass || most.k < 2) return [];
  return [
    {
      rank: 1,
      size: 1,
      text: [
        `A vote among ${count(most.k)} thoughts (${nameOf(told, natural)}) answers `,
        { strong: `${percent(most.majority.value)} % ${range(most.majority.interval)}` },
        `, one of them alone ${percent(one.majority.value)} %; at least one of ${count(most.k)} is right for ` +
          `${percent(most.pass.value)} % ${range(most.pass.interval)} of problems. `,
        { link: "Votes", to: anchorOf("study-votes") },
      ],
    },
  ];
}

const nameOf = ({ label }: Pick<Pool, "label">, natural: ReadonlySet<string>): string =>
  natural.has(label) ? "natural end" : shownLabel(label);

/** At the most tokens that both have, against the vote that does best there: one place a pair. */
function equalTokensSentence({ kinds }: ExperimentData, { equalTokens }: Study): readonly Said[] {
  const last = equalTokens.flatMap((pair) => {
    const at = pair.at.at(-1);
    return at && at.difference.estimate !== null ? [{ ...pair, last: at, p: pOf(at.difference) }] : [];
  });
  const ps = holm(last.map(({ p }) => p)).map((p) => inReport(p, ["votes"], kinds));
  const [found] = last
    .map((pair, i) => ({ ...pair, p: ps[i] ?? null }))
    .sort((a, b) => (b.last.second.estimate ?? 0) - (a.last.second.estimate ?? 0));
  if (!found || !isReal(found.p)) return [];
  const { estimate, interval } = found.last.difference;
  const change = estimate ?? 0;
  const text: readonly Inline[] = [
    `At ${count(found.last.tokens)} tokens a vote among thoughts of ${shownLabel(found.pool.label)} is `,
    { strong: `${change > 0 ? "ahead of" : "behind"} one long thought by ${pointsText(change, interval)}` },
    ` (${percent(found.last.second.estimate)} against ${percent(found.last.first.estimate)} %, ${pText(found.p)}). `,
    { link: "Equal tokens", to: anchorOf("study-equal-tokens") },
  ];
  return [{ rank: 0, size: Math.abs(change), text }];
}

/** Normal, from the error over the resamples; none where a resample never moved. */
const pOf = ({ estimate, error }: Bootstrapped): number | null =>
  estimate === null || error === null || error === 0 ? null : 2 * (1 - normalCdf(Math.abs(estimate) / error));

import { type Transition, transitions } from "../metrics/transitions.ts";
import type { Estimate } from "../metrics/accuracy.ts";
import type { Bootstrapped } from "../metrics/bootstrap.ts";
import type { AdherenceRow } from "../study/adherence.ts";
import type { FlipRow } from "../study/flips.ts";
import type { NaturalLength } from "../study/natural-length.ts";
import type { MethodRow } from "../study/methods.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { Asked, Compared, Study } from "../study/study.ts";
import type { RuleRow } from "../study/pool-rules.ts";
import type { Rule, VotePoint } from "../study/votes.ts";
import { count, gain, gainRange, percent, range, share } from "./format.ts";
import { type Column, type Table, tableOf } from "./table.ts";

/** `name`: for files; `page`: the rows that a page shows, where they are fewer. */
export type StudyTable = Readonly<{ title: string; name: string; table: Table; note: string | null; page?: Table }>;

/** A study as tables; one that would be empty is left out. */
export function studyTables(study: Study): readonly StudyTable[] {
  const votes = study.pools.flatMap(({ curve, ...place }) => curve.map((point) => ({ place, point })));
  const ruled = study.pools.flatMap(({ rules: rows, ...place }) => rows.map((row) => ({ place, row })));
  const equal = study.equalTokens.flatMap(({ sequential, pool, at }) =>
    at.map((place) => ({ sequential, pool, at: place })),
  );
  return [
    titled(
      ["Control, scaling, performance", "methods"],
      study.methods,
      methodColumns,
      "control: % of points within the length asked for; scaling: percentage points of accuracy, over pairs of " +
        "points at least 15 % of their tokens apart; s1's formula takes all pairs",
    ),
    titled(["Answers from one ignored end to the next", "flips"], study.flips, flipColumns, null),
    titled(
      ["Votes among independent attempts", "votes"],
      votes,
      voteColumns(votes),
      "unbiased over all subsets of each pool of attempts",
    ),
    titled(
      ["Rules over a pool: which thoughts are waited for, and which vote", "pool-rules"],
      ruled,
      ruleColumns(ruled),
      drawnNote(ruled),
    ),
    {
      ...titled(
        ["One long thought against majority votes, at equal tokens", "equal-tokens"],
        equal,
        equalColumns(equal),
        "accuracy interpolated on log2 tokens, intervals by bootstrap over problems; a page shows the most tokens " +
          "that both have, the CSV eight places",
      ),
      page: tableOf(
        equal.filter(({ pool }, i) => equal[i + 1]?.pool !== pool),
        equalColumns(equal),
      ),
    },
    titled(
      ["Accuracy by natural length within a problem", "natural-length"],
      study.natural,
      naturalColumns(study.natural),
      "each problem's attempts in the order of their thinking tokens; slope: points of accuracy for each doubling of " +
        "tokens within problems, below 0 where longer thoughts are less often right; intervals by bootstrap over " +
        "problems",
    ),
    ...study.asked.map((one, at) =>
      titled(
        [`Asked for and used: ${one.method} (${one.model}, ${one.dataset})`, `asked-${at + 1}`],
        one.rows,
        askedColumns,
        unreadNote(one),
      ),
    ),
  ].filter(({ table }) => table.rows.length > 0);
}

type Place = Compared["pool"];
type VoteRow = Readonly<{ place: Place; point: VotePoint }>;
type EqualRow = Readonly<{ sequential: string; pool: Place; at: Compared["at"][number] }>;

const parts = [
  ["experiment", "experiment"],
  ["model", "model"],
  ["data set", "dataset"],
] as const;

/** Which pool a row is of: its setting, and what not all rows have in common. */
const placeColumns = <Row>(
  rows: readonly Row[],
  placeOf: (row: Row) => Place,
  setting: string,
): readonly Column<Row>[] => [
  ...parts
    .filter(([, part]) => new Set(rows.map((row) => placeOf(row)[part])).size > 1)
    .map(([title, part]): Column<Row> => [title, "left", (row) => placeOf(row)[part]]),
  [setting, "left", (row) => shownLabel(placeOf(row).label)],
];

const titled = <Row>(
  [title, name]: readonly [string, string],
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  note: string | null,
): StudyTable => ({ title, name, table: tableOf(rows, columns), note });

/** No more digits than a slope between noisy points can have. */
const threeDigits = (value: number | null): string | null =>
  value === null
    ? null
    : Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 2 }).replace("-", "−");

const fixed = (value: number | null, digits = 1): string | null => value?.toFixed(digits).replace("-", "−") ?? null;

const methodColumns: readonly Column<MethodRow>[] = [
  ["experiment", "left", ({ experiment }) => experiment],
  ["model", "left", ({ model }) => model],
  ["data set", "left", ({ dataset }) => dataset],
  ["method", "left", ({ method }) => method],
  ["points", "right", ({ points }) => points],
  ["control %", "right", ({ control }) => (control === null ? null : percent(control))],
  ["scaling per doubling", "right", ({ perDoublingApart }) => fixed(perDoublingApart)],
  ["s1's formula", "right", ({ perDoubling }) => fixed(perDoubling)],
  ["per 1,000 tokens", "right", ({ per1000 }) => threeDigits(per1000)],
  ["performance %", "right", ({ performance }) => (performance === null ? null : percent(performance))],
];

const flipColumns: readonly Column<FlipRow>[] = [
  ["model", "left", ({ model }) => model],
  ["data set", "left", ({ dataset }) => dataset],
  ["string", "left", ({ continuation }) => continuation],
  ["ignored", "left", ({ from, to }) => `${from} to ${to}`],
  ["chains", "right", ({ chains }) => chains],
  ...transitions.map((name: Transition): Column<FlipRow> => [name, "right", ({ counts }) => counts[name]]),
  [
    "answers changed",
    "right",
    ({ counts, chains }) => share(chains - counts["unchanged right"] - counts["unchanged wrong"], chains),
  ],
];

const estimateText = (estimate: Estimate | null): string | null =>
  estimate === null ? null : `${percent(estimate.value)} ${range(estimate.interval)}`;

const rules: Readonly<Record<Rule, string>> = {
  majority: "majority %",
  pass: "pass@k %",
  weighted: "weighted %",
  best: "best of k %",
};

/** Scored votes are shown where any attempts have scores. */
const voteColumns = (rows: readonly VoteRow[]): readonly Column<VoteRow>[] => [
  ...placeColumns(rows, ({ place }) => place, "votes of"),
  ["k", "right", ({ point }) => point.k],
  ["tokens", "right", ({ point }) => count(point.tokens)],
  ...(Object.keys(rules) as Rule[])
    .filter((rule) => rows.some(({ point }) => point[rule] !== null))
    .map((rule): Column<VoteRow> => [rules[rule], "right", ({ point }) => estimateText(point[rule])]),
];

type RuledRow = Readonly<{ place: Place; row: RuleRow }>;

const ruleColumns = (rows: readonly RuledRow[]): readonly Column<RuledRow>[] => [
  ...placeColumns(rows, ({ place }) => place, "thoughts of"),
  ["rule", "left", ({ row }) => row.rule],
  ["k", "right", ({ row }) => row.k],
  ["accuracy %", "right", ({ row }) => estimateText(row.accuracy)],
  ["tokens", "right", ({ row }) => count(row.tokens)],
  ["time", "right", ({ row }) => count(row.time)],
];

/** What the numbers are means over, and how sure the drawn ones are. */
function drawnNote(rows: readonly RuledRow[]): string {
  const most = Math.max(0, ...rows.map(({ row }) => row.error));
  const whole =
    "means over all subsets or orders of k attempts; tokens: all that is decoded; time: tokens one after another";
  return most === 0
    ? whole
    : `${whole}; where cases are too many to count, orders are drawn: standard error at most ${percent(most)} points`;
}

const bootText = ({ estimate, interval }: Bootstrapped): string | null =>
  estimate === null ? null : `${percent(estimate)} ${range(interval)}`;

const equalColumns = (rows: readonly EqualRow[]): readonly Column<EqualRow>[] => [
  ["one thought", "left", ({ sequential }) => sequential],
  ...placeColumns(rows, ({ pool }) => pool, "votes of"),
  ["tokens", "right", ({ at }) => count(at.tokens)],
  ["sequential %", "right", ({ at }) => bootText(at.first)],
  ["parallel %", "right", ({ at }) => bootText(at.second)],
  [
    "parallel − sequential",
    "right",
    ({
      at: {
        difference: { estimate, interval },
      },
    }) => (estimate === null ? null : `${gain(estimate)} ${range(interval)}`),
  ],
];

/** A column for each part of the lengths, the shortest first. */
function naturalColumns(rows: readonly NaturalLength[]): readonly Column<NaturalLength>[] {
  const most = Math.max(0, ...rows.map(({ parts }) => parts.length));
  const words = (at: number): string => (at === 0 ? "shortest %" : at === most - 1 ? "longest %" : `part ${at + 1} %`);
  return [
    ["experiment", "left", ({ experiment }) => experiment],
    ["model", "left", ({ model }) => model],
    ["data set", "left", ({ dataset }) => dataset],
    ["setting", "left", ({ label }) => shownLabel(label)],
    ["problems", "right", ({ problems }) => problems],
    ...Array.from({ length: most }, (_, at): Column<NaturalLength> => [
      words(at),
      "right",
      ({ parts }) => {
        const part = parts[at];
        return part ? `${percent(part.accuracy)} (${count(part.tokens)})` : null;
      },
    ]),
    [
      "slope per doubling",
      "right",
      ({ perDoubling: { estimate, interval } }) =>
        estimate === null ? null : `${gain(estimate)} ${interval ? gainRange(interval) : ""}`.trim(),
    ],
  ];
}

const askedColumns: readonly Column<AdherenceRow>[] = [
  ["asked", "right", ({ asked }) => asked],
  ["attempts", "right", ({ attempts }) => attempts],
  ["used", "right", ({ meanUsed }) => (meanUsed === null ? null : count(meanUsed))],
  ["used / asked", "right", ({ meanRatio }) => fixed(meanRatio, 2)],
  ["within %", "right", ({ within }) => (within === null ? null : percent(within))],
  ["no step found", "right", ({ unread }) => unread],
];

/** A model that never writes the steps it was asked for has no length to judge. */
function unreadNote({ rows }: Asked): string | null {
  const unread = rows.reduce((sum, row) => sum + row.unread, 0);
  return unread === 0
    ? null
    : `${unread} attempts hold no step of the format asked for: their length could not be read, and is left out`;
}

import type { Bootstrapped } from "../../metrics/bootstrap.ts";
import type { Block, Inline } from "../document.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell } from "../table.ts";
import { afterQuery } from "../thoughts/after-sql.ts";
import type { AfterRow, Place } from "../thoughts/after.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { fileName } from "./file-name.ts";

type Row = Readonly<{ row: AfterRow; from: string; place: Place }>;

const FROM = { right: "the first right answer", settled: "the answer is right for good" };

const NOTE =
  " An answer is known only where a thought was cut, so the true share is at least this large. Chains " +
  "that are wrong at every cut and at the end are left out. Early right answers can be luck; “for good” " +
  "counts only answers that stay right at every later cut and at the end.";

export function afterBlocks(data: ExperimentData, { after, epochs }: Thoughts): readonly Block[] {
  if (after.length === 0) return [];
  const rows: readonly Row[] = after.flatMap((row) =>
    (["right", "settled"] as const).map((key) => ({ row, from: FROM[key], place: row[key] })),
  );
  return [
    {
      kind: "table",
      name: `after-${fileName(data.row.name)}`,
      latex: true,
      sql: afterQuery(after, epochs),
      caption: [
        { strong: "Thinking after the answer is right." },
        " Tokens: median over chains. Share: of all natural thinking tokens of these chains. 95 % " +
          "intervals: cluster bootstrap over problems.",
        NOTE,
      ],
      table: tableOf(rows, [
        ...(after.length > 1
          ? [
              ["model", "left", (r: Row) => r.row.natural.model] as const,
              ["data set", "left", (r: Row) => r.row.natural.dataset] as const,
            ]
          : []),
        ["after", "left", (r) => r.from],
        [
          "chains",
          "right",
          (r) => ({ shown: `${count(r.place.chains)} of ${count(r.row.chains)}`, value: r.place.chains }),
        ],
        ["right after tokens", "right", (r) => medianCell(r.place.at)],
        ["tokens after that", "right", (r) => medianCell(r.place.after)],
        ["share of thought %", "right", (r) => ({ shown: shareText(r.place.share), value: r.place.share.estimate })],
      ]),
    },
  ];
}

const medianCell = (found: Place["at"]): Cell =>
  found
    ? {
        shown: `${count(found.estimate)} [${count(found.interval.low)}, ${count(found.interval.high)}]`,
        value: found.estimate,
      }
    : null;

const shareText = ({ estimate, interval }: Bootstrapped): string => `${percent(estimate)} ${range(interval)}`;

export const afterSentences = ({ after }: Thoughts): readonly (readonly Inline[])[] =>
  after.map(({ natural, right, settled }) => [
    ...(after.length > 1 ? [`${natural.model} on ${natural.dataset}: `] : []),
    "At least ",
    { strong: `${percent(right.share.estimate)} % ${range(right.share.interval)}` },
    " of the natural thought comes after the forced answer is first right",
    settled.chains === 0
      ? "."
      : `, and ${percent(settled.share.estimate)} % ${range(settled.share.interval)} after it is right for good.`,
  ]);

import { transitions, type Transition } from "../../metrics/transitions.ts";
import type { Block, Inline } from "../document.ts";
import { count, gain, gainRange } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Column } from "../table.ts";
import { stepQuery } from "../thoughts/step-sql.ts";
import type { StepCount, StepKind } from "../thoughts/steps.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { fileName } from "./file-name.ts";
import { labelIn } from "./labels.ts";

type Text = Readonly<{ name: string; taken: string; caption: readonly Inline[]; folded?: string }>;

const MOST_OPEN = 8;

const TEXTS: Readonly<Record<StepKind, Text>> = {
  end: {
    name: "ends",
    taken: "ignored",
    caption: [
      { strong: "At each ignored end." },
      " Ignored: attempts in which at least one more end was ignored. Only these are counted.",
    ],
  },
  "own-end": {
    name: "cuts",
    taken: "cut",
    caption: [
      { strong: "At each cut, against the end of the same thought." },
      " Cut: attempts whose thought was cut. Only these are counted.",
    ],
    folded: "Table: answers at each cut against those at the end of the thought",
  },
  "next-cut": {
    name: "next-cuts",
    taken: "cut",
    caption: [
      { strong: "At each cut, against the next looser one." },
      " Cut: attempts whose thought was cut. Only these are counted.",
    ],
    folded: "Table: answers at each cut against those at the next",
  },
  setting: {
    name: "transitions",
    taken: "counted",
    caption: [{ strong: "From each setting of a curve to the next." }],
  },
};

/** One table for each kind of step that there is. */
export const stepTables = (data: ExperimentData, { steps, epochs }: Thoughts): readonly Block[] =>
  (Object.keys(TEXTS) as StepKind[]).flatMap((kind) => {
    const own = steps.filter((step) => step.kind === kind);
    return own.length === 0 ? [] : [table(data, { kind, own, epochs })];
  });

function table(
  data: ExperimentData,
  { kind, own, epochs }: Readonly<{ kind: StepKind; own: readonly StepCount[]; epochs: number | null }>,
): Block {
  const { name, taken, caption, folded } = TEXTS[kind];
  const label = labelIn(data);
  const several = new Set(own.map(({ curve }) => curve)).size > 1;
  const heading = folded ?? (own.length > MOST_OPEN ? `Table: ${count(own.length)} steps` : undefined);
  const columns: readonly Column<StepCount>[] = [
    ...(several ? [["curve", "left", (s: StepCount) => s.curve] as const] : []),
    ["from", "left", (s) => label(s.from)],
    ["to", "left", (s) => label(s.to)],
    [taken, "right", (s) => s.taken],
    ...TURNED.map((name) => [name, "right", (s: StepCount) => s.counts[name]] as const),
    ["net points", "right", (s) => ({ shown: netText(s), value: s.net.change })],
    ...transitions
      .filter((name) => !TURNED.includes(name))
      .map((name) => [name, "right", (s: StepCount) => s.counts[name]] as const),
    ["of attempts", "right", (s) => s.followed],
  ];
  return {
    kind: "table",
    name: `${name}-${fileName(data.row.name)}`,
    latex: true,
    table: tableOf(own, columns),
    sql: stepQuery(kind, own, epochs),
    ...(heading ? { folded: heading } : {}),
    caption: [
      ...caption,
      " Two wrong answers are the same if their texts are. Net: change of accuracy in points, mean over " +
        "problems, with its 95 % interval.",
    ],
  };
}

const TURNED: readonly Transition[] = ["wrong to right", "right to wrong"];

const netText = ({ net }: StepCount): string =>
  `${gain(net.change)}${net.interval ? ` ${gainRange(net.interval)}` : ""}`;

import { shownLabel } from "../../plots/curve-points.ts";
import type { Block, Inline } from "../document.ts";
import { count, percent, range, share } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf } from "../table.ts";
import type { LoopFound, LoopRow, Loops } from "../thoughts/loops.ts";
import { phraseIn } from "./labels.ts";
import { fileName } from "./file-name.ts";
import { shareCell } from "./solved.ts";

const MEANING = "a pattern of tokens at least three times in a row, 24 tokens or more in all";

export function loopSentences(data: ExperimentData, { rows }: Loops): readonly (readonly Inline[])[] {
  const [read, found] = [
    rows.reduce((sum, row) => sum + row.read, 0),
    rows.reduce((sum, row) => sum + row.loops.length, 0),
  ];
  const worst = [...rows].sort((a, b) => (b.share?.value ?? 0) - (a.share?.value ?? 0))[0];
  if (!worst) return [];
  if (found === 0) return [[`None of ${count(read)} thoughts ends in a loop (${MEANING}).`]];
  const natural = rows.find(
    (row) => row !== worst && data.curves.some((c) => c.natural && c.point === row.point.id),
  )?.share;
  const across =
    worst.across > 0
      ? ` and ${count(worst.across)} of ${count(worst.loops.length)} loops continue across an ignored end`
      : "";
  return [
    [
      natural
        ? `${percent(natural.value)} % ${range(natural.interval)} of natural thoughts end in a loop ` +
          `(${MEANING}). Most loops are at `
        : `Thoughts that end in a loop (${MEANING}): most at `,
      `${phraseIn(data)(worst.point)}: `,
      { strong: `${percent(worst.share?.value)} % ${range(worst.share?.interval)}` },
      `, where ${share(worst.wasted, worst.tokens)} of the thinking tokens are repetitions${across}.`,
    ],
  ];
}

export function loopBlocks(data: ExperimentData, { rows, sampled }: Loops): readonly Block[] {
  const loops = rows.flatMap((row) => row.loops);
  if (loops.length === 0) return [];
  const name = fileName(data.row.name);
  const some = sampled
    ? [` Read from ${count(sampled.problems)} of ${count(sampled.of)} problems, drawn at random.`]
    : [];
  return [
    {
      kind: "table",
      name: `loops-${name}`,
      latex: true,
      folded: "Table: loops at each setting",
      caption: [
        { strong: "Thoughts that end in a loop:" },
        ` ${MEANING}, found in the token ids of the whole thought, continuation strings included. Wasted: ` +
          "tokens after the first pass of the pattern. " +
          "Through an end: loops that continue across an ignored end.",
        ...some,
      ],
      table: tableOf<LoopRow>(rows, [
        ["setting", "left", (r) => ({ shown: shownLabel(r.point.label), value: r.point.label })],
        ["thoughts", "right", (r) => r.read],
        ["loops", "right", (r) => r.loops.length],
        ["loops %", "right", (r) => shareCell(r.share)],
        ["through an end", "right", (r) => r.across],
        ["wasted tokens", "right", (r) => r.wasted],
        [
          "wasted %",
          "right",
          (r) => (r.tokens === 0 ? null : { shown: percent(r.wasted / r.tokens), value: r.wasted / r.tokens }),
        ],
        ["period (median)", "right", (r) => r.period],
      ]),
    },
    longest(loops, name),
  ];
}

const MOST_SHOWN = 20;

/** Single loops, to be looked up. */
function longest(loops: readonly LoopFound[], name: string): Block {
  const shown = [...loops]
    .sort((a, b) => b.wasted - a.wasted || a.round.attempt - b.round.attempt)
    .slice(0, MOST_SHOWN);
  return {
    kind: "table",
    name: `longest-loops-${name}`,
    folded: `Table: the ${count(shown.length)} longest loops`,
    caption: [
      { strong: "Longest loops." },
      " Start: tokens of the thought before the loop. The query shows the first one's thought.",
    ],
    sql: {
      sql:
        "SELECT position, origin, kind, text, token_ids FROM v_segments WHERE attempt = ? AND kind IN " +
        "('thinking', 'continuation') ORDER BY position",
      parameters: [shown[0]?.round.attempt ?? 0],
    },
    table: tableOf(shown, [
      ["attempt", "right", (l) => ({ shown: String(l.round.attempt), value: l.round.attempt })],
      ["problem", "left", (l) => l.round.problem],
      ["setting", "left", (l) => ({ shown: shownLabel(l.point.label), value: l.point.label })],
      ["start", "right", (l) => l.loop.start],
      ["period", "right", (l) => l.loop.period],
      ["turns", "right", (l) => ({ shown: l.loop.turns.toFixed(1), value: l.loop.turns })],
      ["wasted tokens", "right", (l) => l.wasted],
    ]),
  };
}

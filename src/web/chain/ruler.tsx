import type { JSX } from "preact";
import { inertLine } from "../../core/inert.ts";
import type { Arm, Decided, Mark, Path } from "../../view/types/chain.ts";
import { glyphs } from "../parts/words.ts";
import { notesOf, trunkOf, type Note } from "./layout.ts";

/** Shares of the ruler's width that an answer needs, and rows that answers may be moved to. */
const [NEEDED, ROWS] = [0.052, 4];

type Placed = Readonly<{ path: Path; kind: Note["kind"]; at: number; row: number }>;

/** Answers from left to right, each in the first row that has room. */
export function placed(notes: readonly Note[], total: number): readonly Placed[] {
  const ends: number[] = Array.from({ length: ROWS }, () => -1);
  return notes.flatMap(({ at, kind, paths }) =>
    paths.map((path) => {
      const x = total === 0 ? 0 : at / total;
      const free = ends.findIndex((end) => x >= end);
      const row = free < 0 ? ends.indexOf(Math.min(...ends)) : free;
      ends[row] = x + NEEDED;
      return { path, kind, at, row };
    }),
  );
}

type Props = Readonly<{
  arm: Arm;
  at: number;
  chosen: number | null;
  onAt: (at: number) => void;
  onPath: (path: Path) => void;
}>;

/** The thought as a ruler in tokens: where it was cut, where it ended, what was answered there. */
export function Ruler({ arm, at, chosen, onAt, onPath }: Props): JSX.Element | null {
  const total = trunkOf(arm)?.thinking ?? 0;
  if (total === 0) return null;
  const left = (tokens: number): string => `${(100 * Math.min(tokens, total)) / total}%`;
  const answers = placed(notesOf(arm), total);
  const rows = Math.max(...answers.map(({ row }) => row), 0) + 1;
  return (
    <div class="ruler" role="group" aria-label="the thought as a ruler">
      <div class="ticks">
        {ticksOf(total).map((tick) => (
          <span key={tick} style={{ left: left(tick) }}>
            {tick.toLocaleString("en-US")}
          </span>
        ))}
      </div>
      <div class="line">
        {arm.marks.map((mark, i) => (
          <button
            key={i}
            type="button"
            class={`tick ${mark.kind}`}
            style={{ left: left(mark.at) }}
            title={tellMark(mark)}
            aria-label={`${mark.kind} at ${mark.at} tokens`}
            onClick={() => onAt(mark.at)}
          />
        ))}
        <i class="here" style={{ left: left(at) }} />
      </div>
      <DecisionsOf path={arm.paths.find(({ attempt }) => attempt === chosen)} left={left} onAt={onAt} />
      <div class="answers" style={{ height: `${rows * 1.75}rem` }}>
        {answers.map(({ path, at: place, row }) => (
          <button
            key={path.attempt}
            type="button"
            class={`answer ${path.outcome}${path.attempt === chosen ? " chosen" : ""}`}
            style={{ left: left(place), top: `${row * 1.75}rem` }}
            title={`${path.label}: ${path.outcome}`}
            aria-label={`${path.label} at ${place} tokens answers ${path.answer ?? "nothing"}, ${path.outcome}`}
            onClick={() => onPath(path)}
          >
            {glyphs[path.outcome]} {inertLine((path.answer ?? "∅").slice(0, 6))}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Of the chosen attempt: where its method decided something. */
const DecisionsOf = ({
  path,
  left,
  onAt,
}: {
  path: Path | undefined;
  left: (tokens: number) => string;
  onAt: (at: number) => void;
}): JSX.Element | null =>
  path === undefined || path.decisions.length === 0 ? null : (
    <div class="decisions" role="group" aria-label={`decisions of ${path.label}`}>
      {path.decisions.map((decision, i) => (
        <button
          key={i}
          type="button"
          style={{ left: left(decision.at) }}
          title={tellDecision(decision)}
          aria-label={tellDecision(decision)}
          onClick={() => onAt(decision.at)}
        />
      ))}
    </div>
  );

const tellDecision = ({ at, rule, outcome, value, threshold }: Decided): string =>
  `${rule} at ${at}: ${outcome}${value === null ? "" : `, ${Number(value.toPrecision(3))}`}` +
  (threshold === null ? "" : ` against ${Number(threshold.toPrecision(3))}`);

const tellMark = ({ kind, words, at }: Mark): string =>
  kind === "ignored" ? `end ignored, ${JSON.stringify(words ?? "")} written at ${at}` : `${kind} at ${at}`;

/** Some round numbers up to the total. */
export function ticksOf(total: number): readonly number[] {
  const rough = total / 8;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step);
}

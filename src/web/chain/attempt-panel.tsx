import type { JSX } from "preact";
import { inert, inertLine } from "../../core/inert.ts";
import type { Path, Span } from "../../view/types/chain.ts";
import { A, Said, Verdict } from "../parts/parts.tsx";
import { count } from "../parts/words.ts";
import { to } from "../../view/route.ts";
import { isProbe } from "./layout.ts";
import { readingIn } from "./reading.ts";

type Props = Readonly<{
  path: Path;
  target: string;
  experiment: string;
  problem: string;
  epoch: number;
  isTrunk: boolean;
  other: Path | null;
}>;

/** One attempt: what came after the trunk, how it was read and graded, and what it took. */
export const AttemptPanel = ({ path, target, experiment, problem, epoch, isTrunk, other }: Props): JSX.Element => (
  <aside class="panel" aria-label={`attempt ${path.attempt}`}>
    <header>
      <b>{inertLine(path.label)}</b> <Verdict outcome={path.outcome} />
      <div class="meta">
        answer <Said text={path.answer} />, target <Said text={target} />
      </div>
    </header>
    {path.error === null ? null : <p class="notice">{inert(path.error)}</p>}
    <p class="meta">
      {isTrunk
        ? "Its thought is the one that is shown. After it came:"
        : `After the ${count(path.shared)} tokens that it shares with the longest thought:`}
    </p>
    <div class="trace">
      {(isTrunk ? afterThought(path.spans) : path.spans)
        .filter((span) => !isProbe(span))
        .map((span, i) =>
          span.origin === "forced" ? (
            <mark key={i} class={`forced ${span.kind}`} title={`forced: ${span.kind}`}>
              {span.text === "" ? "∅" : inert(span.text)}
            </mark>
          ) : (
            <Read key={i} span={span} path={path} />
          ),
        )}
    </div>
    <Decisions path={path} />
    <h2>Graded</h2>
    <ul>
      {path.verdicts.map((verdict, i) => (
        <li key={i}>
          <Verdict outcome={verdict.outcome} /> {inertLine(verdict.grader)}: <Said text={verdict.answer} />
          <span class="meta">
            {verdict.source === null ? "" : ` from ${inertLine(verdict.source)}`}
            {verdict.rule === null ? "" : `, ${inertLine(verdict.rule)}`}
          </span>
        </li>
      ))}
    </ul>
    <p class="meta">
      {count(path.thinking)} thinking tokens{path.forced_end ? ", cut by the method" : ""}; {count(path.decoded)}{" "}
      decoded, {count(path.reused)} reused, {count(path.dropped)} dropped. Attempt {path.attempt}.
    </p>
    <p>
      {other === null ? null : (
        <A to={to.vs(experiment, problem, { a: other.setting, b: path.setting, epoch: epoch || null })}>
          Side by side with {inertLine(other.label)}
        </A>
      )}
    </p>
  </aside>
);

/** What the method decided on its way, in order. */
const Decisions = ({ path: { decisions } }: { path: Path }): JSX.Element | null =>
  decisions.length === 0 ? null : (
    <>
      <h2>Decided</h2>
      <ol class="decided">
        {decisions.map((decision, i) => (
          <li key={i}>
            <span class="meta">at {count(decision.at)}</span> {inertLine(decision.rule)}:{" "}
            <b>{inertLine(decision.outcome)}</b>
            {decision.value === null ? "" : ` ${number(decision.value)}`}
            {decision.threshold === null ? "" : ` against ${number(decision.threshold)}`}
            {decision.detail === null ? null : (
              <>
                {" "}
                <Said text={decision.detail} />
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );

const number = (value: number): string => String(Number(value.toPrecision(3)));

const afterThought = (spans: readonly Span[]): readonly Span[] =>
  spans.slice(spans.findLastIndex(({ kind }) => kind === "thinking" || kind === "continuation") + 1);

/** The grader's reading is marked where it stands in an answer. */
export function Read({ span, path }: { span: Span; path: Path }): JSX.Element {
  const { text, kind } = span;
  const [verdict] = path.verdicts;
  const place =
    kind === "answer" && path.answer !== null ? readingIn(text, path.answer, verdict?.source ?? null) : null;
  if (place === null) return <span class={kind}>{inert(text)}</span>;
  return (
    <span class={kind}>
      {inert(text.slice(0, place.from))}
      <em class="read" title={`read by ${inertLine(verdict?.grader ?? "the grader")}`}>
        {inert(text.slice(place.from, place.to))}
      </em>
      {inert(text.slice(place.to))}
    </span>
  );
}

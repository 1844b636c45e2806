import type { JSX } from "preact";
import { inert, inertLine } from "../../core/inert.ts";
import type { Path, Span } from "../../view/types.ts";
import { A, Said, Verdict } from "../parts/parts.tsx";
import { count } from "../parts/words.ts";
import { to } from "../route.ts";
import { isProbe } from "./layout.ts";

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
        ? "After its thought, the longest:"
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
            <Read key={i} text={span.text} kind={span.kind} answer={path.answer} />
          ),
        )}
    </div>
    {path.spans.some(isProbe) ? (
      <details>
        <summary>Asked on side branches</summary>
        {path.spans.filter(isProbe).map((span, i) => (
          <pre key={i}>{inert(span.text)}</pre>
        ))}
      </details>
    ) : null}
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
function Read({ text, kind, answer }: { text: string; kind: string; answer: string | null }): JSX.Element {
  const at = kind === "answer" && answer !== null && answer !== "" ? text.lastIndexOf(answer) : -1;
  if (at < 0) return <span class={kind}>{inert(text)}</span>;
  return (
    <span class={kind}>
      {inert(text.slice(0, at))}
      <em class="read" title="what the grader read">
        {inert(text.slice(at, at + (answer?.length ?? 0)))}
      </em>
      {inert(text.slice(at + (answer?.length ?? 0)))}
    </span>
  );
}

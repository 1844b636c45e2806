import type { JSX } from "preact";
import type { DecisionRow, SegmentRow } from "../../ports/result-reader.ts";
import { decisionText } from "../decision-text.ts";
import { count } from "../format.ts";
import { clipped, inert, inertLine } from "../../core/inert.ts";
import type { TracePanel } from "../traces.ts";

const MOST_PROMPT = 1200;
const MOST_SEGMENT = 4000;
const MOST_SEGMENTS = 120;
const MOST_DECISIONS = 40;

/** One attempt as the model saw it; nothing of it is ever more than text. */
export function Panel({
  panel: { point, attempt, segments, decisions = [], withheld },
}: {
  panel: TracePanel;
}): JSX.Element {
  return (
    <div class="panel">
      <header>
        <b>{inertLine(point)}</b>
        {" · "}
        <span class={`verdict ${attempt.outcome}`}>{attempt.outcome}</span>
        {attempt.answer === null
          ? ""
          : ` (${inertLine(clipped(attempt.answer, 80))}, right: ${inertLine(clipped(attempt.target, 80))})`}
        <div class="meta">
          {`${inertLine(clipped(attempt.problem, 80))} · ${count(attempt.thinking_tokens)} thinking, ` +
            `${count(attempt.forced_tokens)} of them forced · attempt ${attempt.id}`}
        </div>
      </header>
      <div class="trace">
        {withheld === undefined ? (
          <span class="prompt">{inert(clipped(attempt.prompt, MOST_PROMPT))}</span>
        ) : (
          <span class="meta">{inert(withheld)}</span>
        )}
        {segments.slice(0, MOST_SEGMENTS).map((segment) => (
          <Span segment={segment} />
        ))}
        {segments.length > MOST_SEGMENTS ? (
          <span class="meta">{` … ${segments.length - MOST_SEGMENTS} more spans`}</span>
        ) : null}
      </div>
      {decisions.length > 0 ? <Decisions decisions={decisions} /> : null}
    </div>
  );
}

/** Where a rule looked, by which number it decided, and what followed. */
function Decisions({ decisions }: { decisions: readonly DecisionRow[] }): JSX.Element {
  return (
    <ul class="decisions">
      {decisions.slice(0, MOST_DECISIONS).map((decision) => (
        <li>{inertLine(decisionText(decision))}</li>
      ))}
      {decisions.length > MOST_DECISIONS ? <li>{`… ${decisions.length - MOST_DECISIONS} more`}</li> : null}
    </ul>
  );
}

function Span({ segment }: { segment: SegmentRow }): JSX.Element {
  const text = inert(clipped(segment.text, MOST_SEGMENT));
  const says =
    `${segment.origin}: ${segment.kind}, ` +
    `${segment.tokens === null ? "tokens not reported" : `${segment.tokens} token${segment.tokens === 1 ? "" : "s"}`}`;
  return segment.origin === "forced" ? (
    <mark class={`forced ${segment.kind}`} title={says}>
      {text === "" ? "∅" : text}
    </mark>
  ) : (
    <span class={segment.kind} title={says}>
      {text}
    </span>
  );
}

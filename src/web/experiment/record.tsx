import type { JSX } from "preact";
import { inert } from "../../core/inert.ts";
import type { Experiment, Sums } from "../../view/types/experiment.ts";
import { count, money } from "../parts/words.ts";

export const Usage = ({ sums }: { sums: Sums | null }): JSX.Element | null =>
  sums === null ? null : (
    <section>
      <h2>Paid for</h2>
      <p>
        {count(sums.usage.decoded_tokens)} tokens were decoded in {count(sums.usage.requests)} requests; every setting
        from scratch would have decoded {count(sums.usage.naive_tokens)}.{" "}
        {sums.usage.cost === null ? "" : `Cost: ${money(sums.usage.cost)}.`}
      </p>
    </section>
  );

/** What somebody needs to make it again. */
export const Record = ({ data }: { data: Experiment }): JSX.Element => (
  <section>
    <h2>How it was made</h2>
    <details>
      <summary>The experiment file</summary>
      <pre>{inert(data.yaml)}</pre>
    </details>
    <details>
      <summary>The record of the last run</summary>
      <pre>{inert(JSON.stringify(data.record, null, 2))}</pre>
    </details>
    <details>
      <summary>Runs ({data.runs.length})</summary>
      <ul>
        {data.runs.map((run, i) => (
          <li key={i}>
            {run.started_at} · {run.status}
          </li>
        ))}
      </ul>
    </details>
  </section>
);

import type { JSX } from "preact";
import type { State as Told } from "../../view/types.ts";
import { count, duration } from "./words.ts";

/** How far a run is, in one line. */
export function State({
  state,
  rate = null,
  quiet = false,
}: {
  state: Told;
  rate?: number | null;
  quiet?: boolean;
}): JSX.Element {
  const { attempts, planned, missing, failed, runner } = state;
  const isRunning = runner !== null;
  return (
    <p class="state">
      <span class={`badge ${isRunning ? "running" : state.state}`}>{state.state}</span> {count(attempts)}
      {planned === null ? "" : ` of ${count(planned)}`} attempts
      {failed > 0 ? <strong class="error"> · {count(failed)} errors</strong> : null}
      {isRunning && rate !== null && rate > 0 ? ` · ${count(rate)} a second` : null}
      {isRunning && rate !== null && rate > 0 && missing !== null ? ` · about ${duration(missing / rate)} left` : null}
      {isRunning && quiet ? <strong> · nothing new for 2 minutes</strong> : null}
      {planned !== null && missing !== null && missing > 0 ? (
        <progress max={planned} value={planned - missing} aria-label="attempts made" />
      ) : null}
    </p>
  );
}

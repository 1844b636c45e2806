import type { JSX } from "preact";
import type { State as Told } from "../../view/types/home.ts";
import { useSlowly, type Seen } from "./live.ts";
import { count, duration, money } from "./words.ts";

type Props = Readonly<{
  state: Told;
  seen?: Pick<Seen, "rate" | "tokenRate" | "isQuiet">;
  /** Money, where prices are known. */
  cost?: number | null;
}>;

/** How far a run is, in one line. */
export function State({ state, seen, cost = null }: Props): JSX.Element {
  const { attempts, planned, missing, failed, runner, decoded_tokens: tokens } = state;
  const isRunning = runner !== null;
  const isMoving = isRunning && seen !== undefined && seen.rate !== null && seen.rate > 0;
  return (
    <p class="state">
      <span class={`badge ${isRunning ? "running" : state.state}`}>{state.state}</span> {count(attempts)}
      {planned === null ? "" : ` of ${count(planned)}`} attempts
      {failed > 0 ? <strong class="error"> · {count(failed)} errors</strong> : null}
      {seen === undefined || tokens === null ? null : ` · ${count(tokens)} tokens`}
      {cost === null || cost === 0 ? null : ` · cost ${money(cost)}`}
      {isMoving ? ` · ${count(seen.rate)} a second` : null}
      {isMoving && seen.tokenRate !== null ? `, ${count(seen.tokenRate)} tokens` : null}
      {isMoving && seen.rate !== null && missing !== null ? ` · about ${duration(missing / seen.rate)} left` : null}
      {isRunning && seen?.isQuiet ? <strong> · no sign of life for 2 minutes</strong> : null}
      {planned !== null && missing !== null && missing > 0 ? (
        <progress max={planned} value={planned - missing} aria-label="attempts made" />
      ) : null}
    </p>
  );
}

/** What is read out of it, at most every ten seconds. */
export function Spoken({ state: { state, attempts, planned, failed } }: Pick<Props, "state">): JSX.Element {
  const of = planned === null ? "" : ` of ${planned}`;
  const said = useSlowly(`${state}, ${attempts}${of} attempts${failed > 0 ? `, ${failed} errors` : ""}`, 10_000);
  return (
    <p class="unseen" aria-live="polite">
      {said}
    </p>
  );
}

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { inertLine } from "../../core/inert.ts";
import type { Line } from "../../view/types/attempts.ts";
import type { Experiment, Sums } from "../../view/types/experiment.ts";
import { apiPath } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Curve } from "../experiment/curve.tsx";
import { FindingsOf } from "../experiment/findings.tsx";
import { Outcomes } from "../experiment/outcomes.tsx";
import { Record, Usage } from "../experiment/record.tsx";
import { A, Heading, Mark, Said, Shown } from "../parts/parts.tsx";
import { useLive } from "../parts/live.ts";
import { Spoken, State } from "../parts/state.tsx";
import { count } from "../parts/words.ts";
import { to } from "../../view/route.ts";

type Query = Readonly<Record<string, string>>;

/** The curve is the page. */
export function ExperimentPage({ experiment, query }: { experiment: string; query: Query }): JSX.Element {
  const [version, setVersion] = useState(0);
  const [state, setState] = useState("");
  const loaded = useApi<Experiment>(apiPath(["e", experiment]), state);
  const sums = useApi<Sums>(apiPath(["e", experiment, "sums"]), version);
  const [from, setFrom] = useState<number | null>(null);
  useEffect(() => {
    if (loaded.data && from === null) setFrom(loaded.data.newest);
  }, [loaded.data, from]);
  const seen = useLive(experiment, from);
  useEffect(() => setState(seen.live?.state.state ?? ""), [seen.live?.state.state]);
  useFresh(seen.live !== null && sums.data !== null && seen.live.newest > sums.data.newest, sums.loading, () =>
    setVersion((v) => v + 1),
  );
  const summed = `${sums.data?.newest ?? 0} ${state}`;
  return (
    <>
      <Heading title={experiment} />
      <Shown of={loaded}>
        {(data) => (
          <>
            <p class="meta">
              {inertLine(data.models.join(", "))} on {inertLine(data.datasets.join(", "))} ·{" "}
              {inertLine(data.methods.join(", "))} · {inertLine(data.db)}
            </p>
            <State state={seen.live?.state ?? data} seen={seen} cost={sums.data?.usage.cost ?? null} />
            <Spoken state={seen.live?.state ?? data} />
            {seen.gone === null ? null : (
              <p class="notice" role="alert">
                {inertLine(seen.gone.hint ?? seen.gone.error)}
              </p>
            )}
            <div class="overview">
              <div>
                <FindingsOf experiment={experiment} version={summed} />
                <Curve experiment={data.key} datasets={data.datasets} sums={sums.data} query={query} version={summed} />
              </div>
              <div>
                <Answered lines={seen.live?.lines ?? []} experiment={experiment} />
                <Outcomes data={data} settings={seen.live?.settings ?? data.settings_list} sums={sums.data} />
              </div>
            </div>
            <Usage sums={sums.data} />
            <Record data={data} />
          </>
        )}
      </Shown>
    </>
  );
}

/** Sums that are behind a run are asked for again, each time a second after the last answer. */
function useFresh(isBehind: boolean, isLoading: boolean, ask: () => void): void {
  useEffect(() => {
    if (!isBehind || isLoading) return;
    const later = setTimeout(ask, 1000);
    return () => clearTimeout(later);
  }, [isBehind, isLoading]);
}

/** A list that somebody points at or stands in does not move; it says how many are new. */
function Answered({ lines, experiment }: { lines: readonly Line[]; experiment: string }): JSX.Element | null {
  const [held, hold] = useState<readonly Line[] | null>(null);
  if (lines.length === 0) return null;
  const isNew = (line: Line): boolean => held !== null && line.id > (held.at(-1)?.id ?? 0);
  const waiting = lines.filter(isNew).length;
  const stop = (): void => hold((before) => before ?? lines);
  const release = (): void => hold(null);
  return (
    <section
      onPointerEnter={stop}
      onPointerLeave={release}
      onFocusCapture={stop}
      onBlurCapture={release}
      aria-label="just answered"
    >
      <h2>Just answered {waiting === 0 ? null : <span class="meta">{count(waiting)} new</span>}</h2>
      <ul class="newest">
        {(held ?? lines)
          .slice(-8)
          .reverse()
          .map((line) => (
            <li key={line.id}>
              <Mark outcome={line.outcome} />{" "}
              <A to={to.chain(experiment, line.problem, { epoch: line.epoch || null, point: line.setting })}>
                {inertLine(line.problem)}
              </A>{" "}
              <span class="meta">{line.label}</span> <Said text={line.answer} />
            </li>
          ))}
      </ul>
    </section>
  );
}

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { inert, inertLine } from "../../core/inert.ts";
import type { Outcome } from "../../core/score.ts";
import type { Axes, Experiment, Findings, Line, Picture, Setting, Sums } from "../../view/types.ts";
import { apiPath, useApi } from "../api.ts";
import { A, Heading, Mark, Said, Select, Shown, Words } from "../parts/parts.tsx";
import { useLive } from "../parts/live.ts";
import { State } from "../parts/state.tsx";
import { Plot } from "../parts/svg.tsx";
import { count, estimate, glyphs, money, outcomeNames, percent } from "../parts/words.ts";
import { go, refine } from "../place.ts";
import { to } from "../route.ts";

type Query = Readonly<Record<string, string>>;

const QUIET = 120_000;

/** The curve is the page. */
export function ExperimentPage({ experiment, query }: { experiment: string; query: Query }): JSX.Element {
  const [version, setVersion] = useState(0);
  const [state, setState] = useState("");
  const loaded = useApi<Experiment>(apiPath(["e", experiment]), state);
  const sums = useApi<Sums>(apiPath(["e", experiment, "sums"]), version);
  const isLive = loaded.data !== null && loaded.data.runner !== null;
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
            <div aria-live="polite">
              <State
                state={seen.live?.state ?? data}
                rate={seen.rate}
                quiet={isLive && Date.now() - seen.quietSince > QUIET}
              />
            </div>
            <FindingsOf experiment={experiment} version={summed} />
            <Curve data={data} sums={sums.data} query={query} version={summed} />
            <Answered lines={seen.live?.lines ?? []} experiment={experiment} />
            <Outcomes data={data} settings={seen.live?.settings ?? data.settings_list} sums={sums.data} />
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

function FindingsOf({ experiment, version }: { experiment: string; version: string }): JSX.Element {
  const found = useApi<Findings>(apiPath(["e", experiment, "findings"]), version);
  return (
    <section class="finding" aria-label="findings">
      <Shown of={found}>
        {({ sentences, partial }) => (
          <>
            {partial === null ? null : <p class="notice">{partial}</p>}
            {sentences.slice(0, 6).map((words, i) => (
              <p key={i}>
                <Words words={words} />
              </p>
            ))}
          </>
        )}
      </Shown>
    </section>
  );
}

/** A click lists the attempts of a dot; a shift-click on a second one compares it with the first. */
function Curve({
  data,
  sums,
  query,
  version,
}: {
  data: Experiment;
  sums: Sums | null;
  query: Query;
  version: string;
}): JSX.Element {
  const { x = "thinking", level = "", dataset = "" } = query;
  const picture = useApi<Picture | null>(apiPath(["e", data.key, "curve"], { x, level, dataset }), version);
  const axes = useApi<Axes>(picture.data === null ? null : apiPath(["e", data.key, "axes"]));
  const levels = sums?.levels ?? [];
  const [first, choose] = useState<string | null>(null);
  const act = (key: string, event: MouseEvent | KeyboardEvent): void => {
    if (!event.shiftKey) return go(to.attempts(data.key, { point: key }));
    if (first === null || first === key) return choose(first === key ? null : key);
    go(to.compare(data.key, { a: first, b: key }));
  };
  return (
    <section aria-label="curve">
      <div class="fields">
        <Select
          label="against"
          value={x}
          choices={(axes.data ?? [x]).map((axis) => ({ value: axis, label: axis }))}
          onChange={(value) => refine({ x: value === "thinking" ? null : value, level: null })}
        />
        {levels.length > 0 ? (
          <Select
            label="level"
            value={level}
            choices={[{ value: "", label: "all" }, ...levels.map((value) => ({ value, label: value }))]}
            onChange={(value) => refine({ level: value, x: null })}
          />
        ) : null}
        {data.datasets.length > 1 ? (
          <Select
            label="data set"
            value={dataset || (data.datasets[0] ?? "")}
            choices={data.datasets.map((value) => ({ value, label: value }))}
            onChange={(value) => refine({ dataset: value })}
          />
        ) : null}
      </div>
      {first === null ? null : (
        <p class="notice">
          {first} is chosen. Shift-click another dot to compare. <button onClick={() => choose(null)}>Forget it</button>
        </p>
      )}
      <Shown of={picture}>
        {(drawn) =>
          drawn === null ? (
            <p>No attempt is finished yet.</p>
          ) : (
            <>
              <Plot picture={drawn} chosen={first} onDot={act} />
              <p class="caption">
                <Words words={drawn.caption} />
              </p>
            </>
          )
        }
      </Shown>
    </section>
  );
}

const Answered = ({ lines, experiment }: { lines: readonly Line[]; experiment: string }): JSX.Element | null =>
  lines.length === 0 ? null : (
    <section>
      <h2>Just answered</h2>
      <ul class="newest">
        {lines
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

/** Every number with its n: the table of the curve and the bars of outcomes in one. */
function Outcomes({
  data,
  settings,
  sums,
}: {
  data: Experiment;
  settings: readonly Setting[];
  sums: Sums | null;
}): JSX.Element {
  const dots = new Map(sums?.dots.map((dot) => [dot.key, dot]));
  return (
    <section>
      <h2>Settings</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>setting</th>
              <th class="right">accuracy, 95 %</th>
              <th class="right">thinking tokens</th>
              <th>outcomes</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => {
              const dot = dots.get(setting.key);
              const { outcomes } = setting;
              const n = attemptsOf(setting) - outcomes.error - outcomes.unscored;
              const { accuracy = null, thinking = null } = sums?.means[setting.key] ?? {};
              return (
                <tr key={setting.key}>
                  <td>
                    <A to={to.attempts(data.key, { point: setting.key })} title={inert(setting.params)}>
                      {inertLine(setting.label)}
                    </A>
                    {dot?.partial ? <span class="meta"> partial</span> : null}
                    {data.models.length > 1 ? <span class="meta"> {inertLine(setting.model)}</span> : null}
                  </td>
                  <td class="right">
                    {dot ? estimate(dot.accuracy, dot.low, dot.high, dot.n) : estimate(accuracy, null, null, n)}
                  </td>
                  <td class="right">{count(thinking)}</td>
                  <td class="cells">
                    <Bar setting={setting} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="legend">
        {outcomeNames.map((name) => (
          <span key={name}>
            <i class={`part-${name}`} /> {glyphs[name]} {name}
          </span>
        ))}
      </p>
    </section>
  );
}

const attemptsOf = ({ outcomes }: Setting): number => Object.values(outcomes).reduce((sum, n) => sum + n, 0);

const shareOf = (setting: Setting, name: Outcome): string =>
  `${name} ${count(setting.outcomes[name])}, ${percent(setting.outcomes[name] / Math.max(1, attemptsOf(setting)))}`;

const Bar = ({ setting }: { setting: Setting }): JSX.Element => (
  <span
    class="bar"
    role="img"
    aria-label={outcomeNames
      .filter((name) => setting.outcomes[name] > 0)
      .map((name) => `${name} ${setting.outcomes[name]}`)
      .join(", ")}
  >
    {outcomeNames.map((name) => (
      <i
        key={name}
        class={`part-${name}`}
        style={{ flexGrow: setting.outcomes[name] }}
        title={shareOf(setting, name)}
      />
    ))}
  </span>
);

const Usage = ({ sums }: { sums: Sums | null }): JSX.Element | null =>
  sums === null ? null : (
    <section>
      <h2>Paid for</h2>
      <p>
        {count(sums.usage.decoded)} tokens were decoded in {count(sums.usage.requests)} requests; every setting from
        scratch would have decoded {count(sums.usage.naive)}.{" "}
        {sums.usage.cost === null ? "" : `Cost: ${money(sums.usage.cost)}.`}
      </p>
    </section>
  );

const Record = ({ data }: { data: Experiment }): JSX.Element => (
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

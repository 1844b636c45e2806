import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inertLine } from "../../core/inert.ts";
import type { Changed, Comparison, Side } from "../../view/types/compare.ts";
import type { Experiment, Sums } from "../../view/types/experiment.ts";
import type { Curves } from "../../view/types/home.ts";
import { apiPath, asked } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { A, Heading, Mark, Said, Select, Shown, Withheld, Words } from "../parts/parts.tsx";
import { Pager } from "../parts/pager.tsx";
import { count, estimate } from "../parts/words.ts";
import { refine } from "../place.ts";
import { to } from "../../view/route.ts";

type Query = Readonly<Record<string, string>>;

/** Two settings, problem by problem: who gained, who lost, and whether that can be chance. */
export function ComparePage({ experiment, query }: { experiment: string; query: Query }): JSX.Element {
  const { show = "changed", after = "" } = query;
  const own = useApi<Experiment>(apiPath(["e", experiment]));
  const [revealed, reveal] = useState(false);
  const isChosen = query["a"] !== undefined && query["b"] !== undefined;
  const sums = useApi<Sums>(isChosen ? null : apiPath(["e", experiment, "sums"]));
  const others = useApi<Curves>(apiPath(["curves"]));
  const { a, b } = sidesOf(sums.data, query);
  const path = a && b ? asked.compare(experiment, { ...query, a, b, reveal: revealed ? 1 : null }) : null;
  const loaded = useApi<Comparison>(path);
  return (
    <>
      <Heading title={`Compare, ${experiment}`} />
      <Shown of={own}>
        {(data) => (
          <div class="fields">
            <Choice
              name="A"
              value={valueOf(loaded.data?.a, experiment) ?? a}
              own={data}
              others={others.data}
              onChange={(value) => refine({ a: value, b, after: null })}
            />
            <Choice
              name="B"
              value={valueOf(loaded.data?.b, experiment) ?? b}
              own={data}
              others={others.data}
              onChange={(value) => refine({ b: value, a, after: null })}
            />
          </div>
        )}
      </Shown>
      {path === null ? null : (
        <Shown of={loaded}>
          {(data) => (
            <>
              <div class="sides">
                <SideOf name="A" side={data.a} />
                <SideOf name="B" side={data.b} />
              </div>
              <p class="finding">
                <Words words={data.verdict} />
              </p>
              <Withheld why={data.withheld} reveal={() => reveal(true)} />
              <Table table={data.table} show={show} />
              <List data={data} a={a} b={b} experiment={experiment} />
              <Pager next={data.next} after={after} />
            </>
          )}
        </Shown>
      )}
    </>
  );
}

/** A side as it is chosen: an address may name a setting by its number alone. */
const valueOf = (side: Side | undefined, experiment: string): string | null =>
  side ? (side.experiment === experiment ? side.key : `${side.experiment}:${side.key}`) : null;

/** The natural end and the setting after it, until others are chosen. */
function sidesOf(data: Sums | null, { a, b }: Query): Readonly<{ a: string; b: string }> {
  const natural = data?.dots.find((dot) => dot.natural) ?? data?.dots[0];
  const next = data?.dots.find((dot) => dot.extrapolated) ?? data?.dots.at(-1);
  return { a: a ?? natural?.key ?? "", b: b ?? next?.key ?? "" };
}

type ChoiceProps = Readonly<{
  name: string;
  value: string;
  own: Experiment;
  others: Curves | null;
  onChange: (value: string) => void;
}>;

/** Settings of this experiment, and of the others by `EXPERIMENT:SETTING`. */
const Choice = ({ name, value, own, others, onChange }: ChoiceProps): JSX.Element => (
  <Select
    label={name}
    value={value}
    choices={[
      ...own.settings_list.map(({ key, label, model }) => ({
        value: key,
        label: own.models.length > 1 ? `${label} · ${model}` : label,
      })),
      ...Object.entries(others ?? {})
        .filter(([key]) => key !== own.key)
        .flatMap(([key, dots]) => dots.map((dot) => ({ value: `${key}:${dot.key}`, label: `${key}: ${dot.label}` }))),
    ]}
    onChange={onChange}
  />
);

const SideOf = ({ name, side }: { name: string; side: Side }): JSX.Element => (
  <div class="side">
    <h2>
      {name}: {inertLine(side.label)}
    </h2>
    <p class="big">{estimate(side.accuracy, side.low, side.high, side.n)}</p>
    <p class="meta">
      {count(side.thinking)} thinking tokens · {inertLine(side.model)} on {inertLine(side.dataset)} ·{" "}
      {inertLine(side.experiment)}
    </p>
  </div>
);

const kinds = [
  ["gained", "only B right"],
  ["lost", "only A right"],
  ["both", "both right"],
  ["neither", "both wrong"],
] as const;

const Table = ({ table, show }: { table: Comparison["table"]; show: string }): JSX.Element => (
  <div class="four" role="group" aria-label="problems by outcome">
    {kinds.map(([kind, words]) => (
      <button
        key={kind}
        type="button"
        class={kind}
        aria-pressed={show === kind}
        onClick={() => refine({ show: show === kind ? null : kind, after: null })}
      >
        <b>{count(table[kind])}</b> {words}
      </button>
    ))}
  </div>
);

const List = ({
  data,
  a,
  b,
  experiment,
}: {
  data: Comparison;
  a: string;
  b: string;
  experiment: string;
}): JSX.Element =>
  data.changed.length === 0 ? (
    <p>No problem is like that.</p>
  ) : (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th>change</th>
            <th>problem</th>
            <th>A answered</th>
            <th>B answered</th>
            <th>target</th>
            <th class="right">thinking</th>
            <th>open</th>
          </tr>
        </thead>
        <tbody>
          {data.changed.map((row) => (
            <tr key={row.problem}>
              <td class={`change ${row.change}`}>{row.change}</td>
              <td>{inertLine(row.problem)}</td>
              <td class="long" data-label="A">
                <Half half={row.a} />
              </td>
              <td class="long" data-label="B">
                <Half half={row.b} />
              </td>
              <td class="long" data-label="target">
                <Said text={row.target} />
              </td>
              <td class="right" data-label="thinking">
                {count(row.a.thinking)} → {count(row.b.thinking)}
              </td>
              <td>
                <A to={to.vs(experiment, row.problem, { a, b })}>side by side</A>{" "}
                <A to={to.chain(experiment, row.problem, { point: a.includes(":") ? null : a, at: row.a.thinking })}>
                  thought
                </A>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );

const Half = ({ half }: { half: Changed["a"] }): JSX.Element => (
  <>
    <Mark outcome={half.outcome} /> <Said text={half.answer} />
  </>
);

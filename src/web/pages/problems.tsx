import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inertLine } from "../../core/inert.ts";
import type { Outcome } from "../../core/score.ts";
import type { Problems, Strip } from "../../view/types/problems.ts";
import { asked } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Heading, A, Levels, OutcomeLegend, Select, Shown } from "../parts/parts.tsx";
import { Pager } from "../parts/pager.tsx";
import { Search } from "../parts/search.tsx";
import { count, glyphs } from "../parts/words.ts";
import { go, refine } from "../place.ts";
import { to } from "../../view/route.ts";

type Query = Readonly<Record<string, string>>;

const sorts = [
  { value: "name", label: "name" },
  { value: "flips", label: "most flips" },
  { value: "first", label: "first right" },
  { value: "hardest", label: "hardest" },
];

const shows = [
  { value: "all", label: "all" },
  { value: "changing", label: "right and wrong change" },
  { value: "lost", label: "right, then wrong at the end" },
  { value: "never", label: "never right" },
  { value: "always", label: "always right" },
];

/** Problems x settings: what more thinking did to each problem. */
export function ProblemsPage({ experiment, query }: { experiment: string; query: Query }): JSX.Element {
  const { sort = "name", show = "all", q = "", level = "", after = "" } = query;
  const loaded = useApi<Problems>(asked.problems(experiment, query));
  return (
    <>
      <Heading title={`Problems of ${experiment}`} />
      <div class="fields">
        <Select
          label="sort by"
          value={sort}
          choices={sorts}
          onChange={(value) => refine({ sort: value, after: null })}
        />
        <Select label="show" value={show} choices={shows} onChange={(value) => refine({ show: value, after: null })} />
        <Levels
          levels={loaded.data?.levels ?? []}
          value={level}
          onChange={(value) => refine({ level: value, after: null })}
        />
        <Search label="name" value={q} onSearch={(value) => refine({ q: value, after: null })} />
      </div>
      <Shown of={loaded}>
        {(data) => (
          <>
            <p class="meta">{count(data.total)} problems</p>
            <Strips data={data} experiment={experiment} />
            <OutcomeLegend />
            <Pager next={data.next} after={after} />
          </>
        )}
      </Shown>
    </>
  );
}

/** A grid with one stop for the tab key; arrow keys walk in it. */
function Strips({ data, experiment }: { data: Problems; experiment: string }): JSX.Element {
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const walk = (event: KeyboardEvent): void => {
    const step = ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] } as const)[
      event.key as "ArrowUp"
    ];
    if (!step) return;
    event.preventDefault();
    const row = Math.min(Math.max(0, at[0] + step[0]), data.strips.length - 1);
    const column = Math.min(Math.max(0, at[1] + step[1]), data.settings.length - 1);
    setAt([row, column]);
    (event.currentTarget as Element).querySelector<HTMLElement>(`[data-at="${row} ${column}"]`)?.focus();
  };
  return (
    <div class="scroll">
      <table class="strips" role="grid" aria-label="problems by settings" onKeyDown={walk}>
        <thead>
          <tr>
            <th>problem</th>
            {data.settings.map((setting) => (
              <th key={setting.key} class="turned">
                <span>{inertLine(setting.label)}</span>
              </th>
            ))}
            <th class="right">first right</th>
            <th class="right">flips</th>
          </tr>
        </thead>
        <tbody>
          {data.strips.map((strip, row) => (
            <tr key={strip.problem}>
              <th scope="row">
                <A to={to.chain(experiment, strip.problem)}>{inertLine(strip.problem)}</A>
                {strip.level === null ? null : <span class="meta"> level {inertLine(strip.level)}</span>}
              </th>
              {strip.cells.map((cell, column) => (
                <td key={column}>
                  <Cell
                    cell={cell}
                    at={`${row} ${column}`}
                    isStop={at[0] === row && at[1] === column}
                    says={`${strip.problem}, ${data.settings[column]?.label ?? ""}`}
                    open={() => go(to.chain(experiment, strip.problem, { point: data.settings[column]?.key ?? null }))}
                  />
                </td>
              ))}
              <td class="right">{count(strip.first)}</td>
              <td class="right">{strip.flips}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type CellProps = Readonly<{
  cell: Strip["cells"][number];
  at: string;
  isStop: boolean;
  says: string;
  open: () => void;
}>;

/** Of several epochs the fill is the share that is right. */
function Cell({ cell, at, isStop, says, open }: CellProps): JSX.Element | null {
  if (!cell) return <span class="meta">·</span>;
  const { n, right } = cell;
  const outcome: Outcome = n === 1 ? cell.outcome : right * 2 >= n ? "correct" : cell.outcome;
  const text = n === 1 ? glyphs[cell.outcome] : String(right);
  const told = n === 1 ? cell.outcome : `${right} of ${n} right`;
  return (
    <button
      type="button"
      class={`cell ${outcome}`}
      data-at={at}
      tabIndex={isStop ? 0 : -1}
      aria-label={`${text} ${says}: ${told}`}
      title={told}
      onClick={open}
    >
      <span aria-hidden="true">{text}</span>
    </button>
  );
}

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inertLine } from "../../core/inert.ts";
import type { Attempts, Line, Sayings } from "../../view/types/attempts.ts";
import { apiPath, asked } from "../../view/asked.ts";
import { useWhole, type Loaded } from "../api.ts";
import { A, Heading, Levels, Said, Select, Shown, Verdict, Withheld } from "../parts/parts.tsx";
import { Pager } from "../parts/pager.tsx";
import { Search } from "../parts/search.tsx";
import { count, money, outcomeNames } from "../parts/words.ts";
import { isBundle, refine } from "../place.ts";
import { to } from "../../view/route.ts";

const sorts = [
  { value: "-id", label: "newest" },
  { value: "id", label: "oldest" },
  { value: "-thinking_tokens", label: "longest thought" },
  { value: "thinking_tokens", label: "shortest thought" },
  { value: "-answer_tokens", label: "longest answer" },
  { value: "-seconds", label: "slowest" },
  { value: "-cost", label: "dearest" },
];

export function AttemptsPage({
  experiment,
  query,
}: {
  experiment: string;
  query: Readonly<Record<string, string>>;
}): JSX.Element {
  const { point = "", outcome = "", level = "", problem = "", q = "", said = "", sort = "-id", after = "" } = query;
  const [revealed, reveal] = useState(false);
  const loaded = useWhole<Attempts>(
    asked.attempts(experiment, { ...query, reveal: revealed ? 1 : null }),
    ({ searched }) => searched === 1,
  );
  const words = useWhole<Sayings>(
    isBundle() ? null : apiPath(["e", experiment, "words"], { point, outcome, level, problem }),
    ({ share }) => share === 1,
  );
  const settings = loaded.data?.facets.setting ?? [];
  const outcomes = loaded.data?.facets.outcome ?? {};
  const choose = (name: string) => (value: string) => refine({ [name]: value, after: null });
  return (
    <>
      <Heading title={`Attempts of ${experiment}`} />
      <div class="fields">
        <Select
          label="setting"
          value={point}
          choices={[
            { value: "", label: "all" },
            ...(point !== "" && settings.length === 0 ? [{ value: point, label: point }] : []),
            ...settings.map(({ key, label, n }) => ({ value: key, label: `${label} (${count(n)})` })),
          ]}
          onChange={choose("point")}
        />
        <Select
          label="outcome"
          value={outcome}
          choices={[
            { value: "", label: "all" },
            ...outcomeNames.map((name) => ({ value: name, label: `${name} (${count(outcomes[name] ?? 0)})` })),
          ]}
          onChange={choose("outcome")}
        />
        <Levels levels={loaded.data?.facets.level ?? []} value={level} onChange={choose("level")} />
        <Select label="order" value={sort} choices={sorts} onChange={choose("sort")} />
        <Search label="words in it" value={q} onSearch={choose("q")} />
        {problem === "" ? null : (
          <button type="button" onClick={() => refine({ problem: null, after: null })}>
            {inertLine(problem)} ✕
          </button>
        )}
      </div>
      <Turns loaded={words} said={said} choose={choose("said")} />
      <Shown of={loaded}>
        {(data) => (
          <>
            <Withheld why={data.withheld} reveal={() => reveal(true)} />
            {data.searched < 1 ? (
              <p class="meta" role="status">
                Looked through {percentOf(data.searched)} of all texts so far: more may be found.
              </p>
            ) : null}
            {data.lines.length === 0 ? (
              <p>{data.searched < 1 ? "None so far." : "No attempt is like that."}</p>
            ) : (
              <List lines={data.lines} experiment={experiment} />
            )}
            <Pager next={data.next} after={after} />
          </>
        )}
      </Shown>
    </>
  );
}

const percentOf = (share: number): string => `${Math.floor(100 * share)} %`;

/** Words of thoughts that filter. They are counted while the list is read already. */
function Turns({
  loaded,
  said,
  choose,
}: {
  loaded: Loaded<Sayings>;
  said: string;
  choose: (word: string) => void;
}): JSX.Element | null {
  if (isBundle()) return null;
  const { words: known, share } = loaded.data ?? { words: [], share: 1 };
  const shown = known.some(({ word }) => word === said) || said === "" ? known : [...known, { word: said, n: null }];
  return (
    <div class="turns" role="group" aria-label="words in thoughts">
      <span class="meta">in what was thought:</span>
      {loaded.fault ? <span class="meta">not counted, {inertLine(loaded.fault.error)}</span> : null}
      {loaded.loading && known.length === 0 ? <span class="meta">counting …</span> : null}
      {shown.map(({ word, n }) => (
        <button
          key={word}
          type="button"
          aria-pressed={word === said}
          disabled={n === 0 && share === 1 && word !== said}
          onClick={() => choose(word === said ? "" : word)}
        >
          {inertLine(word)} {n === null ? null : <span class="meta">{share < 1 ? `≥ ${count(n)}` : count(n)}</span>}
        </button>
      ))}
      {share < 1 ? <span class="meta">{percentOf(share)} of the attempts counted so far …</span> : null}
    </div>
  );
}

const List = ({ lines, experiment }: { lines: readonly Line[]; experiment: string }): JSX.Element => (
  <div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          <th>problem</th>
          <th>setting</th>
          <th>outcome</th>
          <th>answer</th>
          <th>target</th>
          <th class="right">thinking</th>
          <th class="right">answer tokens</th>
          <th class="right">seconds</th>
          {lines.some(({ cost }) => cost !== null) ? <th class="right">cost</th> : null}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <td>
              <A to={to.chain(experiment, line.problem, { epoch: line.epoch || null, point: line.setting })}>
                {inertLine(line.problem)}
              </A>
              {line.epoch > 0 ? <span class="meta"> epoch {line.epoch}</span> : null}
            </td>
            <td>
              {inertLine(line.label)}
              {line.decisions === 0 ? null : (
                <span class="meta">
                  {" "}
                  {count(line.decisions)} decision{line.decisions === 1 ? "" : "s"}, last{" "}
                  {inertLine(line.decided ?? "")}
                </span>
              )}
            </td>
            <td>
              <Verdict outcome={line.outcome} />
            </td>
            <td class="long" data-label="answer">
              <Said text={line.answer} />
            </td>
            <td class="long" data-label="target">
              <Said text={line.target} />
            </td>
            <td class="right" data-label="thinking">
              {count(line.thinking)}
              {line.forced_end ? <span title="the end was written by the method"> ✂</span> : null}
            </td>
            <td class="right" data-label="answer tokens">
              {count(line.answer_tokens)}
            </td>
            <td class="right" data-label="seconds">
              {line.seconds === null ? "–" : line.seconds.toFixed(2)}
            </td>
            {lines.some(({ cost }) => cost !== null) ? <td class="right">{money(line.cost)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

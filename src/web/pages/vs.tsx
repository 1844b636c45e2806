import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inert, inertLine } from "../../core/inert.ts";
import type { Path, SideBySide } from "../../view/types/chain.ts";
import { asked } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Read } from "../chain/attempt-panel.tsx";
import { runsOf } from "../chain/layout.ts";
import { RunOf } from "../chain/text.tsx";
import { A, Heading, Said, Shown, Verdict, Withheld } from "../parts/parts.tsx";
import { count } from "../parts/words.ts";
import { to } from "../../view/route.ts";

type Props = Readonly<{ experiment: string; problem: string; query: Readonly<Record<string, string>> }>;

/** Two attempts at one problem, apart from the first token in which they differ. */
export function VsPage({ experiment, problem, query }: Props): JSX.Element {
  const { a = "", b = "", epoch = "" } = query;
  const [revealed, reveal] = useState(false);
  const loaded = useApi<SideBySide>(asked.vs(experiment, problem, { ...query, reveal: revealed ? 1 : null }));
  const [open, unfold] = useState(false);
  return (
    <>
      <Heading title={`${problem}, side by side`} />
      <p>
        <A to={to.chain(experiment, problem, { epoch })}>The whole thought</A> ·{" "}
        <A to={to.compare(experiment, { a, b })}>All problems of these two</A>
      </p>
      <Shown of={loaded}>
        {(data) =>
          data.withheld === null ? (
            <>
              <p>
                Target <Said text={data.target} />
              </p>
              {data.one_prompt ? null : <p class="notice">They were given different prompts, so nothing is shared.</p>}
              {data.shared === 0 ? null : (
                <div class="thought">
                  <button type="button" aria-expanded={open} onClick={() => unfold(!open)}>
                    {count(data.shared)} ids equal
                  </button>
                  {open ? <Beginning path={data.a} shared={data.shared} /> : null}
                </div>
              )}
              <div class="sides">
                <Half name="A" path={data.a} shared={data.shared} prompt={data.one_prompt ? null : data.prompts[0]} />
                <Half name="B" path={data.b} shared={data.shared} prompt={data.one_prompt ? null : data.prompts[1]} />
              </div>
            </>
          ) : (
            <Withheld why={data.withheld} reveal={() => reveal(true)} />
          )
        }
      </Shown>
    </>
  );
}

const Beginning = ({ path, shared }: { path: Path; shared: number }): JSX.Element => {
  const rest = runsOf(path, "off", shared)
    .map(({ text }) => text)
    .join("").length;
  const whole = path.spans
    .filter(({ kind }) => kind !== "probe")
    .map(({ text }) => text)
    .join("");
  return <div>{inert(whole.slice(0, whole.length - rest))}</div>;
};

type HalfProps = Readonly<{ name: string; path: Path; shared: number; prompt: string | null }>;

const Half = ({ name, path, shared, prompt }: HalfProps): JSX.Element => (
  <div class="side">
    <h2>
      {name}: {inertLine(path.label)}
    </h2>
    <p>
      <Verdict outcome={path.outcome} /> <Said text={path.answer} />{" "}
      <span class="meta">{count(path.thinking)} thinking tokens</span>
    </p>
    {prompt === null ? null : <pre>{inert(prompt)}</pre>}
    <div class="thought">
      {runsOf(path, "off", shared).map((run, i) =>
        run.span.kind === "answer" && run.text === run.span.text ? (
          <Read key={i} span={run.span} path={path} />
        ) : (
          <RunOf key={i} run={run} />
        ),
      )}
    </div>
  </div>
);

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inert, inertLine } from "../../core/inert.ts";
import type { Path, SideBySide } from "../../view/types/chain.ts";
import { asked } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Read } from "../chain/attempt-panel.tsx";
import { idsOf, inEqualRuns, runsOf } from "../chain/layout.ts";
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
  const [isMarking, mark] = useState(false);
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
              {hasIds(data) ? (
                <label class="field">
                  <input type="checkbox" checked={isMarking} onChange={() => mark(!isMarking)} />
                  mark eight or more ids in a row that both have, wherever they stand
                </label>
              ) : null}
              <div class="sides">
                {([data.a, data.b] as const).map((path, i) => (
                  <Half
                    key={i}
                    name={i === 0 ? "A" : "B"}
                    path={path}
                    shared={data.shared}
                    prompt={data.one_prompt ? null : (data.prompts[i] ?? null)}
                    isMarked={isMarking ? markedIn(path, i === 0 ? data.b : data.a) : never}
                  />
                ))}
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

const never = (): boolean => false;

const hasIds = ({ a, b }: SideBySide): boolean => idsOf(a) !== null && idsOf(b) !== null;

const markedIn = (own: Path, other: Path): ((place: number) => boolean) =>
  inEqualRuns(idsOf(own) ?? [], idsOf(other) ?? []);

const Beginning = ({ path, shared }: { path: Path; shared: number }): JSX.Element => {
  const rest = runsOf(path, "off", { skipped: shared })
    .map(({ text }) => text)
    .join("").length;
  const whole = path.spans
    .filter(({ kind }) => kind !== "probe")
    .map(({ text }) => text)
    .join("");
  return <div>{inert(whole.slice(0, whole.length - rest))}</div>;
};

type HalfProps = Readonly<{
  name: string;
  path: Path;
  shared: number;
  prompt: string | null;
  isMarked: (place: number) => boolean;
}>;

const Half = ({ name, path, shared, prompt, isMarked }: HalfProps): JSX.Element => (
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
      {runsOf(path, "off", { skipped: shared, isMarked }).map((run, i) =>
        run.span.kind === "answer" && run.text === run.span.text ? (
          <Read key={i} span={run.span} path={path} />
        ) : (
          <RunOf key={i} run={run} />
        ),
      )}
    </div>
  </div>
);

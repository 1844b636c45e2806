import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { inert, inertLine } from "../../core/inert.ts";
import type { Arm, Chain, EndCard, Path } from "../../view/types/chain.ts";
import { asked } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { AttemptPanel } from "../chain/attempt-panel.tsx";
import { blocksOf, flipsOf, heats, trunkOf, type Heat } from "../chain/layout.ts";
import { Lanes } from "../chain/lanes.tsx";
import { Minimap } from "../chain/minimap.tsx";
import { Ruler } from "../chain/ruler.tsx";
import { Text } from "../chain/text.tsx";
import { useKeys } from "../parts/keys.ts";
import { A, Heading, Said, Select, Shown, Withheld } from "../parts/parts.tsx";
import { count, glyphs, percent } from "../parts/words.ts";
import { go, refine } from "../place.ts";
import { to } from "../../view/route.ts";

type Props = Readonly<{ experiment: string; problem: string; query: Readonly<Record<string, string>> }>;

/** One problem in one epoch: the thought as the tree it is. */
export function ChainPage({ experiment, problem, query }: Props): JSX.Element {
  const { epoch = "0" } = query;
  const [revealed, reveal] = useState(false);
  const loaded = useApi<Chain>(asked.chain(experiment, problem, { epoch, reveal: revealed ? 1 : null }));
  return (
    <>
      <Heading title={problem}>
        <span class="meta"> of {inertLine(experiment)}</span>
      </Heading>
      <Shown of={loaded}>
        {(chain) => (
          <>
            <Neighbours chain={chain} epoch={epoch} />
            <Withheld why={chain.withheld} reveal={() => reveal(true)} />
            {chain.withheld === null ? <Question chain={chain} /> : null}
            {chain.arms.map((arm) => (
              <ArmOf key={arm.trunk} arm={arm} chain={chain} query={query} several={chain.arms.length > 1} />
            ))}
          </>
        )}
      </Shown>
    </>
  );
}

function Neighbours({ chain, epoch }: { chain: Chain; epoch: string }): JSX.Element {
  const { experiment, previous, next, epochs } = chain;
  useKeys({
    j: () => next !== null && go(to.chain(experiment, next)),
    k: () => previous !== null && go(to.chain(experiment, previous)),
    a: () => go(to.attempts(experiment, { problem: chain.problem })),
  });
  return (
    <div class="fields">
      {previous === null ? null : <A to={to.chain(experiment, previous)}>← {inertLine(previous)}</A>}
      {next === null ? null : <A to={to.chain(experiment, next)}>{inertLine(next)} →</A>}
      <A to={to.attempts(experiment, { problem: chain.problem })}>its attempts</A>
      {epochs.length > 1 ? (
        <Select
          label="epoch"
          value={epoch}
          choices={epochs.map((value) => ({ value: String(value), label: String(value) }))}
          onChange={(value) => refine({ epoch: value === "0" ? null : value, at: null, point: null })}
        />
      ) : null}
    </div>
  );
}

/** `level 9 · n 9`. */
const tagsOf = (tags: string): string =>
  Object.entries(JSON.parse(tags) as object)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");

const Question = ({ chain }: { chain: Chain }): JSX.Element => (
  <div class="question">
    <pre>{inert(chain.question)}</pre>
    <p>
      Target <Said text={chain.target} />
      <span class="meta"> {inertLine(tagsOf(chain.tags))}</span>
    </p>
  </div>
);

type ArmProps = Readonly<{ arm: Arm; chain: Chain; query: Readonly<Record<string, string>>; several: boolean }>;

function ArmOf({ arm, chain, query, several }: ArmProps): JSX.Element {
  const heat = heats.find((name) => name === query["heat"]) ?? "off";
  const at = Number(query["at"] ?? 0) || 0;
  const path = arm.paths.find(({ setting }) => setting === query["point"]) ?? trunkOf(arm);
  const blocks = useMemo(() => blocksOf(arm, heat), [arm, heat]);
  const text = useRef<HTMLDivElement>(null);
  const show = (place: number): void => {
    refine({ at: place });
    scrollToToken(text.current, place);
  };
  const choose = (chosen: Path): void => refine({ point: chosen.setting });
  useEffect(() => {
    if (query["at"] !== undefined) scrollToToken(text.current, at);
  }, [arm]);
  useMoves(arm, at, show, heat);
  return (
    <section>
      {several ? <h2>{inertLine(arm.name)}</h2> : null}
      <p class="told">{headline(arm)}</p>
      <Ruler arm={arm} at={at} chosen={path?.attempt ?? null} onAt={show} onPath={choose} />
      <Lanes arm={arm} place={chain} chosen={path?.attempt ?? null} onAt={show} onPath={choose} />
      <Minimap arm={arm} text={text} onAt={show} />
      <HeatChoice chain={chain} heat={heat} />
      <div class="reading">
        <div ref={text}>
          <details>
            <summary>The exact prompt</summary>
            <pre>{inert(arm.prompt)}</pre>
          </details>
          <Unknown arm={arm} />
          <Text blocks={blocks} chosen={path?.attempt ?? null} onPath={choose} />
          <Cards arm={arm} onAt={show} />
        </div>
        {path ? (
          <AttemptPanel
            path={path}
            target={chain.target}
            experiment={chain.experiment}
            problem={chain.problem}
            epoch={chain.epoch}
            isTrunk={path.attempt === arm.trunk}
            other={otherThan(arm, path)}
          />
        ) : null}
      </div>
    </section>
  );
}

/** `[ ]` walk the marks, `n p` the flips, `h` changes colours, `v` compares. */
function useMoves(arm: Arm, at: number, show: (at: number) => void, heat: Heat): void {
  const next = (places: readonly number[], by: number): void => {
    const sorted = [...new Set(places)].sort((a, b) => a - b);
    const found = by > 0 ? sorted.find((place) => place > at) : sorted.findLast((place) => place < at);
    if (found !== undefined) show(found);
  };
  const marks = arm.marks.map((mark) => mark.at);
  useKeys({
    "]": () => next(marks, 1),
    "[": () => next(marks, -1),
    n: () => next(flipsOf(arm), 1),
    p: () => next(flipsOf(arm), -1),
    h: () => refine({ heat: heats[(heats.indexOf(heat) + 1) % heats.length] ?? null }),
    v: () => document.querySelector<HTMLAnchorElement>(".panel a")?.click(),
  });
}

/** The natural end, where it is not this attempt itself. */
const otherThan = (arm: Arm, path: Path): Path | null =>
  arm.paths.find(
    (other) => other !== path && !other.forced_end && !other.spans.some(({ kind }) => kind === "continuation"),
  ) ??
  arm.paths.find((other) => other !== path) ??
  null;

function headline({ first, settled, flips, paths }: Arm): string {
  if (first === null) return `Never right at any of its ${paths.length} settings.`;
  const stays = settled === null ? "ends wrong" : `right for good from ${count(settled)} on`;
  const changes = `right and wrong change ${flips} time${flips === 1 ? "" : "s"} over ${paths.length} settings`;
  return `First right after ${count(first)} thinking tokens; ${stays}; ${changes}.`;
}

/** What of a thought nobody told. */
function Unknown({ arm }: { arm: Arm }): JSX.Element | null {
  if (!arm.hasIds)
    return <p class="meta">Without token ids attempts are shown span by span; nothing is known to be shared.</p>;
  const hasTexts = trunkOf(arm)?.spans.some(({ text, lengths }) => text === "" || lengths !== null) ?? true;
  return hasTexts ? null : (
    <p class="meta">
      The texts of this model's single tokens are not stored, so spans are drawn whole. A run stores them where its
      engine or its server's /detokenize tells them, or where `tokenizer` is set.
    </p>
  );
}

function HeatChoice({ chain, heat }: { chain: Chain; heat: Heat }): JSX.Element {
  const names: Readonly<Record<Heat, string>> = {
    off: "none",
    surprise: "how surprising each token was",
    "surprise-64": "surprise over 64 tokens",
    reach: "how many settings reach it",
  };
  const isMute = chain.silent !== null && (heat === "surprise" || heat === "surprise-64");
  return (
    <div class="fields">
      <Select
        label="colours"
        value={heat}
        choices={heats.map((value) => ({ value, label: names[value] }))}
        onChange={(value) => refine({ heat: value === "off" ? null : value })}
      />
      {heat === "off" || isMute ? null : (
        <p class="legend">
          {[0, 1, 2, 3, 4].map((step) => (
            <span key={step} class={`heat-${step}`}>
              {step === 0 ? "least" : step === 4 ? "most" : "·"}
            </span>
          ))}
        </p>
      )}
      {isMute ? <p class="meta">{chain.silent}</p> : null}
    </div>
  );
}

const Cards = ({ arm, onAt }: { arm: Arm; onAt: (at: number) => void }): JSX.Element | null =>
  arm.cards.length === 0 ? null : (
    <>
      <h2>Ends that were ignored</h2>
      <ol class="ends">
        {arm.cards.map((card, i) => (
          <li key={i}>
            <button type="button" onClick={() => onAt(card.at)}>
              at {count(card.at)}
            </button>{" "}
            <Written words={card.words} /> {count(card.next)} tokens more
            {card.loop === null ? "" : `, ${percent(card.loop)} of them a loop`}: <HalfOf half={card.before} /> →{" "}
            <HalfOf half={card.after} />
          </li>
        ))}
      </ol>
    </>
  );

const Written = ({ words }: { words: string }): JSX.Element => (
  <mark class="forced continuation">{words === "" ? "∅" : inert(words)}</mark>
);

const HalfOf = ({ half }: { half: EndCard["before"] }): JSX.Element =>
  half === null ? (
    <span class="meta">not asked</span>
  ) : (
    <b class={half.outcome}>
      {inertLine((half.answer ?? "∅").slice(0, 24))} {glyphs[half.outcome]}
    </b>
  );

/** To the run that holds a thinking token. */
function scrollToToken(text: HTMLElement | null, at: number): void {
  const runs = [...(text?.querySelectorAll<HTMLElement>("[data-token]") ?? [])];
  const found = runs.findLast((run) => Number(run.dataset["at"]) <= at);
  found?.scrollIntoView({ block: "center" });
}

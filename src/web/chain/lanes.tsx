import type { JSX } from "preact";
import { inert, inertLine } from "../../core/inert.ts";
import type { Arm, Lane, Path, Probe, Round } from "../../view/types/chain.ts";
import { A, Mark } from "../parts/parts.tsx";
import { count } from "../parts/words.ts";
import { to } from "../../view/route.ts";
import { trunkOf } from "./layout.ts";

/** Lanes that are open without being asked for. */
const FEW = 12;

type Place = Readonly<{ experiment: string; problem: string; epoch: number }>;

type Props = Readonly<{
  arm: Arm;
  place: Place;
  chosen: number | null;
  onAt: (at: number) => void;
  onPath: (path: Path) => void;
}>;

/** All that ran beside the trunk, on one scale with it: other thoughts, draws, questions, other epochs. */
export function Lanes({ arm, place, chosen, onAt, onPath }: Props): JSX.Element | null {
  const apart = arm.paths.filter((path) => path.shared_thinking < (path.thinking ?? 0));
  const { lanes, probes, rounds } = arm;
  if (apart.length + lanes.length + probes.length + rounds.length === 0) return null;
  const total = Math.max(
    trunkOf(arm)?.thinking ?? 0,
    ...lanes.map(({ at, tokens }) => at + tokens),
    ...rounds.map(({ longest }) => longest),
    1,
  );
  const labels = new Map(arm.paths.map((path) => [path.attempt, path]));
  return (
    <div class="lanes">
      <Group title="Thoughts that go on otherwise" n={apart.length}>
        {apart.map((path) => (
          <Apart key={path.attempt} path={path} total={total} isChosen={path.attempt === chosen} onPath={onPath} />
        ))}
      </Group>
      <Group title="Decoded, and not on the way of any attempt" n={lanes.length}>
        {lanes.map((lane, i) => (
          <LaneOf key={i} lane={lane} total={total} labels={labels} />
        ))}
        {arm.more_lanes === 0 ? null : <li class="meta">and {count(arm.more_lanes)} more</li>}
      </Group>
      <Group title="Asked on side branches" n={probes.length}>
        {probes.map((probe, i) => (
          <ProbeOf key={i} probe={probe} total={total} path={labels.get(probe.attempt)} onAt={onAt} />
        ))}
      </Group>
      <Group title="Epochs" n={rounds.length}>
        {rounds.map((round) => (
          <RoundOf key={round.epoch} round={round} total={total} place={place} />
        ))}
      </Group>
    </div>
  );
}

const Group = ({ title, n, children }: { title: string; n: number; children: unknown }): JSX.Element | null =>
  n === 0 ? null : (
    <details open={n <= FEW}>
      <summary>
        {title} ({count(n)})
      </summary>
      <ul>{children as JSX.Element}</ul>
    </details>
  );

/** Where it runs along the trunk; the words beside it say the same. */
const Track = ({ from, length, total }: { from: number; length: number; total: number }): JSX.Element => (
  <span class="track" aria-hidden="true">
    <i style={{ left: `${(100 * from) / total}%`, width: `${Math.max(0.4, (100 * length) / total)}%` }} />
  </span>
);

type ApartProps = Readonly<{ path: Path; total: number; isChosen: boolean; onPath: (path: Path) => void }>;

const Apart = ({ path, total, isChosen, onPath }: ApartProps): JSX.Element => (
  <li>
    <Track from={path.shared_thinking} length={(path.thinking ?? 0) - path.shared_thinking} total={total} />
    <button type="button" class={isChosen ? "chosen" : ""} onClick={() => onPath(path)}>
      {inertLine(path.label)}
    </button>{" "}
    leaves at {count(path.shared_thinking)}, {count((path.thinking ?? 0) - path.shared_thinking)} tokens of its own{" "}
    <Mark outcome={path.outcome} />
  </li>
);

type Labels = ReadonlyMap<number, Path>;

const LaneOf = ({ lane, total, labels }: { lane: Lane; total: number; labels: Labels }): JSX.Element => (
  <li>
    <Track from={lane.at} length={lane.tokens} total={total} />
    <details>
      <summary>
        {tellLane(lane)}, for{" "}
        {inertLine(lane.attempts.map((id) => labels.get(id)?.label ?? `attempt ${id}`).join(", "))}
      </summary>
      {lane.text === null ? <p class="meta">The texts of single tokens are not stored; these are their ids.</p> : null}
      <pre>{lane.text === null ? (lane.ids ?? []).join(" ") : inert(lane.text)}</pre>
    </details>
  </li>
);

const tellLane = ({ draw, at, tokens }: Lane): string =>
  `draw ${count(draw + 1)}, ${at === 0 ? "from the start" : `from ${count(at)}`}, ${count(tokens)} tokens`;

type ProbeProps = Readonly<{ probe: Probe; total: number; path: Path | undefined; onAt: (at: number) => void }>;

const ProbeOf = ({ probe, total, path, onAt }: ProbeProps): JSX.Element => (
  <li>
    <Track from={probe.at} length={0} total={total} />
    <button type="button" onClick={() => onAt(probe.at)}>
      at {count(probe.at)}
    </button>{" "}
    <mark class="forced">{probe.asked === "" ? "∅" : inert(probe.asked)}</mark>{" "}
    <span class="said">{probe.answer === "" ? "∅" : inert(probe.answer)}</span>
    <span class="meta"> {inertLine(path?.label ?? "")}</span>
  </li>
);

const RoundOf = ({ round, total, place }: { round: Round; total: number; place: Place }): JSX.Element => (
  <li>
    <Track from={0} length={round.longest} total={total} />
    {round.epoch === place.epoch ? (
      <b aria-current="true">epoch {round.epoch}</b>
    ) : (
      <A to={to.chain(place.experiment, place.problem, { epoch: round.epoch || null })}>epoch {round.epoch}</A>
    )}
    : {count(round.right)} of {count(round.attempts)} right, {tellRound(round)}
  </li>
);

function tellRound({ first, settled, flips, longest }: Round): string {
  if (first === null) return `never right in ${count(longest)} tokens`;
  const stays = settled === null ? "ends wrong" : `for good from ${count(settled)}`;
  return `first after ${count(first)} tokens, ${stays}, ${flips} change${flips === 1 ? "" : "s"}`;
}

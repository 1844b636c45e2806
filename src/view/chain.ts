import { shownLabel } from "../plots/curve-points.ts";
import type { AttemptRow } from "../ports/result-reader.ts";
import { lanesOf, probesOf } from "./chain/lanes.ts";
import { cardsOf, loopsOf, marksOf } from "./chain/marks.ts";
import { joined, sharedLength, thinkingWithin, trunkOf, walked, type Walked } from "./chain/path.ts";
import { roundsOf, solvedBy } from "./chain/rounds.ts";
import { spansOf, type Told } from "./chain/spans.ts";
import { confidentialSets, whyWithheld } from "./confidential.ts";
import type { RoundRow, SettingRow } from "../ports/page-reader.ts";
import { NotFound } from "./not-found.ts";
import { idsNamed, problemNames } from "./problems.ts";
import { settingKey, settingOf } from "./settings.ts";
import type { Entry, Source } from "./source.ts";
import type { Arm, Chain, Path, SideBySide } from "./types/chain.ts";

export type ChainQuery = Readonly<{ problem: string; epoch: number; reveal: boolean }>;

/** One problem in one epoch: all its attempts as the trees that they are. */
export function chain(entry: Entry, { problem, epoch, reveal }: ChainQuery): Chain {
  const { source, row } = entry;
  const order = problemNames(entry);
  const at = order.indexOf(problem);
  if (at < 0) throw new NotFound("problem", problem, order);
  const ids = idsNamed(entry, problem);
  const rows = source.pages.ofProblems(row.name, ids, epoch);
  const first = rows[0];
  const epochs = source.pages.epochs(row.name, ids);
  if (!first) throw new NotFound("epoch", String(epoch), epochs.map(String));
  const isWithheld = !reveal && confidentialSets(source).has(first.dataset);
  const points = new Map(source.pages.settings(row.name).map((point) => [point.id, point]));
  const rounds = epochs.length > 1 ? source.pages.rounds(row.name, ids) : [];
  const arms = isWithheld ? [] : armsOf(source, rows, { points, rounds });
  const hasLogprobs = arms.some((arm) => arm.paths.some((path) => path.spans.some((span) => span.heat)));
  return {
    experiment: entry.key,
    problem,
    dataset: first.dataset,
    question: isWithheld ? "" : first.question,
    target: isWithheld ? "" : first.target,
    tags: isWithheld ? "{}" : first.tags,
    epoch,
    epochs,
    previous: order[at - 1] ?? null,
    next: order[at + 1] ?? null,
    withheld: isWithheld ? whyWithheld(first.dataset) : null,
    silent: hasLogprobs ? null : "No log-probabilities are stored: set `logprobs: true` on the model and run again.",
    arms,
  };
}

type Points = ReadonlyMap<number, SettingRow>;

type Around = Readonly<{ points: Points; rounds: readonly RoundRow[] }>;

/** Attempts with one prompt are one tree; of another prompt, model or unshared chain nothing can be shared. */
function armsOf(source: Source, rows: readonly AttemptRow[], around: Around): readonly Arm[] {
  const groups = new Map<string, AttemptRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.model, row.dataset, row.prompt]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => armOf(source, group, around) ?? []);
}

function armOf(source: Source, rows: readonly AttemptRow[], { points, rounds }: Around): Arm | null {
  const paths = rows.map((row) => walked(row, source.reader.segments(row.id)));
  const trunk = trunkOf(paths);
  if (!trunk) return null;
  const hasIds = trunk.ids.length > 0;
  const pieces = source.pages.pieces(trunk.attempt.id, [...new Set(joined(paths.map(({ ids }) => ids)))]);
  const sampled = source.pages.sampled(paths.map(({ attempt }) => attempt.id));
  const told = ({ attempt }: Walked): Told => ({ pieces, sampled: sampled.get(attempt.id) ?? [] });
  const shared = new Map(paths.map((path) => [path, sharedLength(path.ids, trunk.ids)]));
  const sharedThinking = (path: Walked): number => thinkingWithin(path, shared.get(path) ?? 0);
  const { first, settled, flips } = solvedBy(paths.map(({ attempt }) => attempt));
  const { model, dataset } = trunk.attempt;
  const alike = [...points.values()].filter((point) => point.model === model && point.dataset === dataset);
  return {
    name: `${model} on ${dataset}`,
    prompt: trunk.attempt.prompt,
    paths: paths.map((path) => ({
      ...pathOf(source, path, points),
      spans: spansOf(path, told(path), path === trunk ? 0 : (shared.get(path) ?? 0), aheadOf(path, trunk)),
      shared: shared.get(path) ?? 0,
      shared_thinking: sharedThinking(path),
    })),
    trunk: trunk.attempt.id,
    ...(hasIds ? alongTrunk(source, trunk, { paths, sharedThinking }) : nothingAlong),
    probes: probesOf(paths),
    rounds: roundsOf(rounds, new Set(alike.map(({ id }) => id))),
    first,
    settled,
    flips,
    hasIds,
  };
}

type Along = Pick<Arm, "marks" | "cards" | "loops" | "lanes" | "more_lanes">;
type Shared = Readonly<{ paths: readonly Walked[]; sharedThinking: (path: Walked) => number }>;

/** What can be told by ids alone. */
const alongTrunk = ({ pages }: Source, trunk: Walked, { paths, sharedThinking }: Shared): Along => ({
  marks: marksOf(trunk, paths, sharedThinking),
  cards: cardsOf(trunk, paths, sharedThinking),
  loops: loopsOf(trunk),
  ...lanesOf(pages, paths, trunk),
});

const nothingAlong: Along = { marks: [], cards: [], loops: [], lanes: [], more_lanes: 0 };

/** Of the trunk the text of the span in which a path that shares its beginning may leave it. */
function aheadOf(path: Walked, trunk: Walked): string {
  const at = path.segments.findIndex((segment, i) => segment.token_ids !== trunk.segments[i]?.token_ids);
  return trunk.segments[at]?.text ?? "";
}

function pathOf(
  source: Source,
  { attempt }: Walked,
  points: Points,
): Omit<Path, "spans" | "shared" | "shared_thinking"> {
  const point = points.get(attempt.point);
  const { grader, outcome, answer, source: found, rule } = attempt;
  return {
    attempt: attempt.id,
    setting: point ? settingKey(point) : String(attempt.point),
    label: shownLabel(attempt.label),
    outcome,
    answer,
    error: attempt.error,
    verdicts: [{ grader, outcome, answer, source: found, rule }, ...source.pages.verdicts(attempt.id)],
    decisions: source.reader
      .decisions(attempt.id)
      .map(({ position: at, rule: by, value, threshold, outcome: came, detail }) => ({
        at,
        rule: by,
        value,
        threshold,
        outcome: came,
        detail,
      })),
    thinking: attempt.thinking_tokens,
    decoded: attempt.decoded_tokens,
    reused: attempt.reused_tokens,
    dropped: attempt.dropped_tokens,
    forced_end: attempt.forced_end === 1,
  };
}

type Half = Readonly<{ entry: Entry; setting: string }>;

/** Two attempts at one problem, of one experiment or of two. */
export function sideBySide(a: Half, b: Half, { problem, epoch, reveal }: ChainQuery): SideBySide {
  const [first, second] = [a, b].map((half) => attemptAt(half, problem, epoch)) as [Found, Found];
  const onePrompt = first.path.attempt.prompt === second.path.attempt.prompt;
  const isWithheld =
    !reveal && [first, second].some(({ source, path }) => confidentialSets(source).has(path.attempt.dataset));
  const shared = onePrompt ? sharedLength(first.path.ids, second.path.ids) : 0;
  const side = ({ source, path, points }: Found): Path => ({
    ...pathOf(source, path, points),
    ...(isWithheld
      ? { answer: null, error: null, verdicts: [], decisions: [], spans: [] }
      : { spans: spansOf(path, toldOf(source, path)) }),
    shared,
    shared_thinking: thinkingWithin(path, shared),
  });
  return {
    problem,
    target: isWithheld ? "" : first.path.attempt.target,
    withheld: isWithheld ? whyWithheld(first.path.attempt.dataset) : null,
    a: side(first),
    b: side(second),
    one_prompt: onePrompt,
    shared,
    prompts: isWithheld ? ["", ""] : [first.path.attempt.prompt, second.path.attempt.prompt],
  };
}

const toldOf = ({ pages }: Source, { attempt: { id }, ids }: Walked): Told => ({
  pieces: pages.pieces(id, [...new Set(ids)]),
  sampled: pages.sampled([id]).get(id) ?? [],
});

type Found = Readonly<{ source: Source; path: Walked; points: Points }>;

function attemptAt({ entry, setting }: Half, problem: string, epoch: number): Found {
  const { source, row } = entry;
  const settings = source.pages.settings(row.name);
  const point = settingOf(settings, setting);
  const attempt = source.pages
    .ofProblems(row.name, idsNamed(entry, problem), epoch)
    .find((found) => found.point === point.id);
  if (!attempt) throw new NotFound("attempt at problem", problem, problemNames(entry));
  const points = new Map(settings.map((p) => [p.id, p]));
  return { source, path: walked(attempt, source.reader.segments(attempt.id)), points };
}

import { surpriseAt } from "../../view/chain/heat.ts";
import type { Arm, Path, Span } from "../../view/types/chain.ts";

export const heats = ["off", "surprise", "surprise-64", "reach"] as const;
export type Heat = (typeof heats)[number];

/** What other attempts did at a place of the trunk; `at` counts thinking tokens. */
export type Note = Readonly<{ at: number; kind: "cut" | "end" | "limit" | "branch"; paths: readonly Path[] }>;

/** Text of one author and one colour. `token`: place of its first token on the path; -1 where tokens are not known. */
export type Run = Readonly<{
  type: "run";
  text: string;
  span: Span;
  heat: number;
  token: number;
  /** Thinking tokens before it. */
  at: number;
}>;

export type Item = Run | Readonly<{ type: "note"; note: Note }>;

/** Some tokens that are drawn together. */
export type Block = Readonly<{ at: number; items: readonly Item[] }>;

const isThought = ({ kind }: Span): boolean => kind === "thinking" || kind === "continuation";

export const isProbe = ({ kind }: Span): boolean => kind === "probe";

export const trunkOf = ({ paths, trunk }: Arm): Path | undefined => paths.find(({ attempt }) => attempt === trunk);

/** Where the thoughts of attempts end, or leave the trunk. */
export function notesOf(arm: Arm): readonly Note[] {
  const notes = new Map<string, { at: number; kind: Note["kind"]; paths: Path[] }>();
  for (const path of arm.paths) {
    if (path.thinking === null || path.outcome === "error") continue;
    const kind = kindOf(path, arm);
    const key = `${path.shared_thinking} ${kind}`;
    const known = notes.get(key) ?? { at: path.shared_thinking, kind, paths: [] };
    known.paths.push(path);
    notes.set(key, known);
  }
  return [...notes.values()].sort((a, b) => a.at - b.at);
}

function kindOf(path: Path, arm: Arm): Note["kind"] {
  if (path.shared_thinking < (path.thinking ?? 0)) return "branch";
  const mark = arm.marks.find(({ attempts }) => attempts.includes(path.attempt));
  return mark?.kind === "cut" || mark?.kind === "limit" ? mark.kind : "end";
}

type Token = Readonly<{ span: Span; text: string; heat: number; isThought: boolean; ids: boolean }>;

/** A token each where their texts are known, else a span each. */
function tokensOf(path: Path, heat: Heat, reach: (at: number) => number): readonly Token[] {
  let at = 0;
  const surprise: (number | null)[] = [];
  return path.spans
    .filter((span) => !isProbe(span))
    .flatMap((span) => {
      const counts = isThought(span);
      if (span.lengths === null) {
        at += counts ? (span.tokens ?? 0) : 0;
        return [{ span, text: span.text, heat: 0, isThought: counts, ids: false }];
      }
      let from = 0;
      return span.lengths.map((length, i): Token => {
        const text = span.text.slice(from, (from += length));
        surprise.push(span.heat === null ? null : surpriseAt(span.heat, i));
        const colour = heat === "reach" ? reach(at) : heatOf(heat, surprise);
        at += counts ? 1 : 0;
        return { span, text, heat: colour, isThought: counts, ids: true };
      });
    });
}

const WINDOW = 64;

function heatOf(heat: Heat, surprise: readonly (number | null)[]): number {
  if (heat === "off" || heat === "reach") return 0;
  if (heat === "surprise") return classOf(surprise.at(-1) ?? null, [0.05, 0.5, 1.5, 3]);
  const window = surprise.slice(-WINDOW).flatMap((value) => value ?? []);
  const mean = window.length === 0 ? null : window.reduce((sum, value) => sum + value, 0) / window.length;
  return classOf(mean, [0.02, 0.1, 0.3, 0.8]);
}

/** Five classes; 0 also where nothing is known. */
const classOf = (value: number | null, steps: readonly number[]): number =>
  value === null ? 0 : steps.filter((step) => value >= step).length;

/** Of all settings the share whose thoughts reach a token, in five classes. */
export function reachOf(arm: Arm): (at: number) => number {
  const reached = arm.paths.map((path) => path.shared_thinking);
  return (at) =>
    Math.min(4, Math.floor((5 * reached.filter((most) => most > at).length) / Math.max(1, reached.length)));
}

const [FEWEST, MOST] = [256, 512];

/** The trunk as blocks of runs, with notes where other attempts end. A block ends with a line where there is one. */
export function blocksOf(arm: Arm, heat: Heat): readonly Block[] {
  const trunk = trunkOf(arm);
  if (!trunk) return [];
  const waiting = [...notesOf(arm)];
  const blocks: { at: number; items: Item[]; tokens: number }[] = [{ at: 0, items: [], tokens: 0 }];
  let [at, place, isOver] = [0, 0, false];
  for (const token of tokensOf(trunk, heat, reachOf(arm))) {
    const block = blocks.at(-1);
    if (!block) break;
    isOver ||= !token.isThought && at > 0;
    const isDue = (note: Note): boolean => (token.isThought || at > 0) && (isOver ? true : note.at <= at);
    while (waiting[0] && isDue(waiting[0])) block.items.push({ type: "note", note: waiting.shift() as Note });
    addTo(block.items, token, { at, place });
    at += token.isThought ? (token.ids ? 1 : (token.span.tokens ?? 0)) : 0;
    place += token.ids ? 1 : (token.span.tokens ?? 0);
    block.tokens++;
    if ((block.tokens >= FEWEST && token.text.includes("\n")) || block.tokens >= MOST)
      blocks.push({ at, items: [], tokens: 0 });
  }
  blocks.at(-1)?.items.push(...waiting.map((note): Item => ({ type: "note", note })));
  return blocks.filter(({ items }) => items.length > 0).map(({ at: from, items }) => ({ at: from, items }));
}

function addTo(items: Item[], token: Token, { at, place }: Readonly<{ at: number; place: number }>): void {
  const last = items.at(-1);
  if (last?.type === "run" && last.span === token.span && last.heat === token.heat && token.ids) {
    items[items.length - 1] = { ...last, text: last.text + token.text };
    return;
  }
  const { span, text, heat } = token;
  items.push({ type: "run", text, span, heat, token: token.ids ? place : -1, at });
}

/** The whole path as runs, without notes: for two attempts side by side. `isMarked`: tokens to set apart, by place. */
export function runsOf(
  path: Path,
  heat: Heat,
  { skipped = 0, isMarked = () => false }: Readonly<{ skipped?: number; isMarked?: (place: number) => boolean }> = {},
): readonly Run[] {
  const items: Item[] = [];
  let [at, place] = [0, 0];
  for (const token of tokensOf(path, heat, () => 0)) {
    const shown = isMarked(place) ? { ...token, heat: MARKED } : token;
    if (place >= skipped || !token.ids) addTo(items, shown, { at, place });
    at += token.isThought ? (token.ids ? 1 : (token.span.tokens ?? 0)) : 0;
    place += token.ids ? 1 : (token.span.tokens ?? 0);
  }
  return items.flatMap((item) => (item.type === "run" ? [item] : []));
}

const [EQUAL, MARKED] = [8, 2];

/** Ids along a path; null where some are not known. */
export function idsOf({ spans }: Path): readonly number[] | null {
  const own = spans.filter((span) => !isProbe(span));
  return own.every(({ ids, lengths }) => ids !== null && lengths !== null) ? own.flatMap(({ ids }) => ids ?? []) : null;
}

/** Whether the token at a place lies in eight or more in a row that the other has too, wherever. */
export function inEqualRuns(own: readonly number[], other: readonly number[]): (place: number) => boolean {
  const rowAt = (ids: readonly number[], at: number): string => ids.slice(at, at + EQUAL).join(" ");
  const starts = (ids: readonly number[]): number => Math.max(0, ids.length - EQUAL + 1);
  const known = new Set(Array.from({ length: starts(other) }, (_, at) => rowAt(other, at)));
  const marked = new Set<number>();
  for (let at = 0; at < starts(own); at++)
    if (known.has(rowAt(own, at))) for (let place = at; place < at + EQUAL; place++) marked.add(place);
  return (place) => marked.has(place);
}

/** Offsets at which right and wrong change along the thought. */
export function flipsOf(arm: Arm): readonly number[] {
  const graded = arm.paths
    .filter(({ outcome, thinking }) => outcome !== "error" && outcome !== "unscored" && thinking !== null)
    .sort((a, b) => (a.thinking ?? 0) - (b.thinking ?? 0));
  return graded.flatMap((path, i) => {
    const before = graded[i - 1];
    return before && (before.outcome === "correct") !== (path.outcome === "correct") ? [path.thinking ?? 0] : [];
  });
}

import { mostOf } from "../../core/extremes.ts";
import { isThought } from "../../core/trace.ts";
import type { ChainNode, PageReader, UsedNode } from "../../ports/page-reader.ts";
import type { Arm, Lane, Probe } from "../types/chain.ts";
import { idsOf, sharedLength, thinkingWithin, type Walked } from "./path.ts";

type Ids = readonly number[];

/** Lanes of one page; a draw without a bound may have thousands. */
const MOST = 200;

/**
 * What was decoded for these attempts and stands on none of their paths: draws that were rejected, branches that a
 * search gave up, trial answers. An end that was ignored is no lane, and neither is a question of a probe.
 */
export function lanesOf(
  pages: Pick<PageReader, "pieces" | "nodes" | "uses">,
  paths: readonly Walked[],
  trunk: Walked,
): Pick<Arm, "lanes" | "more_lanes"> {
  const attempts = paths.map(({ attempt }) => attempt.id);
  const nodes = new Map(pages.nodes(attempts).map((node) => [node.id, node]));
  const known = [...paths.map(({ ids }) => ids), ...paths.flatMap(probedPaths)];
  const most = mostOf(paths.map(longestDelimiter));
  const found = furthest(pages.uses(attempts)).flatMap(({ node, reached, attempts: users }): readonly Found[] => {
    const ids = pathTo(nodes, node, reached);
    const isLane = ids.length - mostOf(known.map((own) => sharedLength(own, ids))) > most;
    return isLane ? [{ draw: nodes.get(node)?.draw ?? 0, ids, attempts: users }] : [];
  });
  const lanes = wholeOnly(found).sort((a, b) => a.draw - b.draw);
  return {
    lanes: lanes.slice(0, MOST).map((lane) => laneOf(pages, lane, trunk)),
    more_lanes: Math.max(0, lanes.length - MOST),
  };
}

type Found = Readonly<{ draw: number; ids: Ids; attempts: readonly number[] }>;
type Reached = Readonly<{ node: number; reached: number; attempts: readonly number[] }>;

/** How far into each node any attempt went. */
function furthest(uses: readonly UsedNode[]): readonly Reached[] {
  const nodes = new Map<number, Reached>();
  for (const { attempt, node, start, tokens } of uses) {
    const before = nodes.get(node);
    nodes.set(node, {
      node,
      reached: Math.max(before?.reached ?? 0, start + tokens),
      attempts: [...new Set([...(before?.attempts ?? []), attempt])],
    });
  }
  return [...nodes.values()];
}

/** All ids from the prompt to some sampled tokens of a node. */
function pathTo(nodes: ReadonlyMap<number, ChainNode>, id: number, reached: number): Ids {
  const node = nodes.get(id);
  if (!node) return [];
  const own = [...(JSON.parse(node.forced) as Ids), ...(JSON.parse(node.sampled) as Ids).slice(0, reached)];
  return node.parent === null ? own : [...pathTo(nodes, node.parent, node.start), ...own];
}

/** Without those that another of the same draw goes on from. */
const wholeOnly = (found: readonly Found[]): Found[] =>
  found.filter(
    (lane) =>
      !found.some(
        (other) =>
          other !== lane &&
          other.draw === lane.draw &&
          other.ids.length > lane.ids.length &&
          sharedLength(other.ids, lane.ids) === lane.ids.length,
      ),
  );

function laneOf(pages: Pick<PageReader, "pieces">, { draw, ids, attempts }: Found, trunk: Walked): Lane {
  const shared = sharedLength(ids, trunk.ids);
  const own = ids.slice(shared);
  const texts = pages.pieces(attempts[0] ?? 0, [...new Set(own)]);
  return {
    draw,
    at: thinkingWithin(trunk, shared),
    tokens: own.length,
    text: texts.size === 0 ? null : own.map((id) => texts.get(id) || `⟨${id}⟩`).join(""),
    ids: texts.size === 0 ? own : null,
    attempts,
  };
}

const longestDelimiter = ({ segments }: Walked): number =>
  mostOf(segments.filter(({ kind }) => kind === "delimiter").map((segment) => idsOf(segment).length));

type Asked = Readonly<{ before: Ids; ids: Ids; at: number; asked: string; answer: string }>;

/** Side branches of an attempt, each with the path that it leaves. */
function askedOf({ segments }: Walked): readonly Asked[] {
  if (!segments.some(({ kind }) => kind === "probe")) return [];
  const found: Asked[] = [];
  const path: number[] = [];
  let [at, isOpen] = [0, false];
  for (const segment of segments) {
    const ids = idsOf(segment);
    if (segment.kind !== "probe") {
      for (const id of ids) path.push(id);
      at += isThought(segment.kind) ? ids.length : 0;
      isOpen = false;
      continue;
    }
    const last = isOpen && segment.origin === "sampled" ? found.pop() : undefined;
    const { before = [...path], asked = "", answer = "" } = last ?? {};
    const isAsked = segment.origin === "forced";
    found.push({
      before,
      at,
      ids: [...(last?.ids ?? []), ...ids],
      asked: isAsked ? asked + segment.text : asked,
      answer: isAsked ? answer : answer + segment.text,
    });
    isOpen = true;
  }
  return found;
}

const probedPaths = (path: Walked): readonly Ids[] => askedOf(path).map(({ before, ids }) => [...before, ...ids]);

/** Questions that were asked on side branches, and what was answered there. */
export const probesOf = (paths: readonly Walked[]): readonly Probe[] =>
  paths.flatMap((path) =>
    askedOf(path).map(({ at, asked, answer }) => ({ attempt: path.attempt.id, at, asked, answer })),
  );

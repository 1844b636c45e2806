import { shownLabel } from "../../plots/curve-points.ts";
import type { ExperimentData } from "../gather.ts";
import { clipped } from "../../core/inert.ts";
import { tableOf, type Cell, type Table } from "../table.ts";
import { meaningOf } from "./meanings.ts";

/**
 * Places at which the experiments do not say the same: what was asked for (settings by name), and what their last runs
 * recorded.
 */
export type Differences = Readonly<{ asked: Table; recorded: Table }>;

export function differences(experiments: readonly ExperimentData[]): Differences {
  const engines = new Set(
    experiments.flatMap((e) =>
      (JSON.parse(e.row.resolved) as { models?: { engine?: string }[] }).models?.map(({ engine }) => engine),
    ),
  );
  const whole = engines.size > 1 ? WHOLE_ENGINES : WHOLE;
  const asked = experiments.map(
    (e) =>
      new Map([
        ...flat(JSON.parse(e.row.resolved), "", whole),
        ["settings of its own", ownSettings(e, experiments)] as const,
      ]),
  );
  return {
    asked: differing(experiments, asked),
    recorded: differing(
      experiments,
      experiments.map((e) => withoutRepeats(new Map(flat(recordOf(e), "run.")))),
    ),
  };
}

function differing(experiments: readonly ExperimentData[], facts: readonly ReadonlyMap<string, string>[]): Table {
  const paths = [...new Set(facts.flatMap((map) => [...map.keys()]))].filter((path) => !IGNORED.test(path));
  return tableOf(
    paths.filter((path) => new Set(facts.map((map) => map.get(path))).size > 1),
    [
      ["where", "left", (path) => path],
      ["what it means", "left", meaningOf],
      ...experiments.map(
        (e, i) => [e.row.name, "left", (path: string) => shortened(facts[i]?.get(path) ?? "–")] as const,
      ),
    ],
  );
}

const shortened = (text: string): Cell =>
  /^[0-9a-f]{64}$/.test(text) ? { shown: `${text.slice(0, 12)}…`, value: text } : text;

/** What identifies a model is repeated among its facts. */
const withoutRepeats = (facts: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...facts].filter(
      ([path, value]) => !path.includes(".identity.") || facts.get(path.replace(".identity.", ".facts.")) !== value,
    ),
  );

/** A list in a file shifts as a whole; what counts is which settings the others do not have. */
function ownSettings(own: ExperimentData, all: readonly ExperimentData[]): string {
  const elsewhere = new Set(
    all.filter((e) => e !== own).flatMap((e) => e.points.map((p) => `${p.method} ${p.params}`)),
  );
  return (
    [
      ...new Set(own.points.filter((p) => !elsewhere.has(`${p.method} ${p.params}`)).map((p) => shownLabel(p.label))),
    ].join(", ") || "none"
  );
}

/**
 * The name is what tells experiments apart, time passes, and what a run was asked for is in its experiment already.
 */
const IGNORED = /^name$|^description$|^methods\.|^run\.command$|^run\.(experiment|sampling)\.|memory|started|finished/;

const recordOf = (data: ExperimentData): unknown => JSON.parse(data.runs.at(-1)?.record ?? "{}");

function flat(value: unknown, path: string, whole = WHOLE): readonly (readonly [string, string])[] {
  if (value === null || typeof value !== "object") return [[path, String(value)]];
  if (Array.isArray(value) && value.every((item) => item === null || typeof item !== "object"))
    return [[path, value.map(String).join(", ")]];
  if (whole.test(path)) return [[path, clipped(JSON.stringify(value), MOST)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flat(inner, path === "" || path.endsWith(".") ? `${path}${key}` : `${path}.${key}`, whole),
  );
}

/** What one file names and another spells out is on one line. */
const WHOLE = /\.(format|grader|columns|where|examples|knobs)$/;

/** Options of different engines have nothing to do with each other. */
const WHOLE_ENGINES = /\.(format|grader|columns|where|examples|options)$/;

const MOST = 400;

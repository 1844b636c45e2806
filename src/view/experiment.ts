import { costNames } from "../report/cost-names.ts";
import { anchorOf, type Inline, type Section } from "../report/document.ts";
import { findings } from "../report/findings.ts";
import { testsSection } from "../report/sections/tests.ts";
import { shownCell } from "../report/table.ts";
import { confidentialSets } from "./confidential.ts";
import { countsOf } from "./counts.ts";
import { cardOf } from "./home.ts";
import { dotsOf, settingKey, settingsOf } from "./settings.ts";
import { dataOf, sumsOf, type Entry } from "./source.ts";
import type { Axes, Experiment, Findings, Sums } from "./types/experiment.ts";
import type { ShownTable } from "./types/words.ts";

/** What is known without adding up attempts: it comes at once, whatever the size. */
export async function experiment(entry: Entry): Promise<Experiment> {
  const { source, row } = entry;
  const settings = source.pages.settings(row.name);
  const runs = source.reader.runs(row.name);
  return {
    ...(await cardOf(entry)),
    methods: [...new Set(settings.map(({ method }) => method))],
    settings_list: settingsOf(settings, countsOf(source.pages, row.name)),
    confidential: [...confidentialSets(source)],
    newest: source.pages.newest(),
    runs: runs.map(({ started_at, finished_at, status }) => ({ started_at, finished_at, status })),
    yaml: row.text,
    record: JSON.parse(runs.at(-1)?.record ?? "null") as unknown,
  };
}

export function sums(entry: Entry): Sums {
  const { newest, data } = sumsOf(entry);
  const { decoded_tokens, reused_tokens, naive_tokens, requests, cost } = data.usage;
  return {
    newest,
    dots: dotsOf(data),
    means: Object.fromEntries(
      data.points.map((point) => [
        settingKey(point),
        { accuracy: point.accuracy, thinking: point.mean_thinking_tokens },
      ]),
    ),
    levels: [...new Set(data.levels.flatMap(({ level }) => level ?? []))],
    usage: { decoded_tokens, reused_tokens, naive_tokens, requests, cost },
  };
}

/** Costs that are known of every setting that has attempts. */
export function axes(entry: Entry): Axes {
  const { points, costs } = dataOf(entry);
  const asked = points.filter((point) => point.attempts > point.errors);
  return costNames.filter((name) => asked.every((point) => costs.get(point.id)?.[name] != null));
}

/** The report's own words, from the report's own tests. */
export function findingsOf(entry: Entry): Findings {
  const data = dataOf(entry);
  const attempts = data.points.map((point) => point.attempts);
  const isPartial =
    new Set(attempts).size > 1 || entry.source.reader.runs(entry.row.name).at(-1)?.status !== "finished";
  const sentences = findings(data);
  return {
    sentences,
    tables: tablesOf(testsSection(data), new Set(sentences.flat().flatMap(linked))),
    partial: isPartial ? "Not all attempts are there yet: these words may change." : null,
  };
}

const linked = (part: Inline): readonly string[] => (typeof part === "object" && "link" in part ? [part.to] : []);

/** Tables of a section of the report that somebody's words lead to. */
const tablesOf = (section: Section | null, wanted: ReadonlySet<string>): readonly ShownTable[] =>
  (section?.blocks ?? []).flatMap((block) => {
    if (block.kind !== "table" || !wanted.has(anchorOf(block.name))) return [];
    const { columns, align, rows } = block.page ?? block.table;
    return [
      { id: anchorOf(block.name), caption: block.caption, columns, align, rows: rows.map((row) => row.map(shownCell)) },
    ];
  });

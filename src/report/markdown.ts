import { anchorOf, type Block, type Document, type Figure, type Inline, type Query, type Section } from "./document.ts";
import { queryText } from "./html/blocks.tsx";
import { clipped, inert } from "../core/inert.ts";
import { count } from "./format.ts";
import { tableMarkdown, markdownText } from "./table-markdown.ts";
import { decisionText } from "./decision-text.ts";
import type { SegmentRow } from "../ports/result-reader.ts";
import type { TracePanel } from "./traces.ts";

/** The report for a repository: pictures by reference, everything else as text. */
export const markdownPage = ({ title, subtitle, finding, top, sections, footer }: Document): string =>
  [
    `# ${markdownText(title)}`,
    markdownText(subtitle),
    ...finding.map(words),
    ...top.map(block),
    ...sections.flatMap((section) => sectionLines(section, 2)),
    "---",
    markdownText(footer),
  ].join("\n\n") + "\n";

const sectionLines = ({ title, blocks, parts = [] }: Section, depth: number): readonly string[] => [
  `${"#".repeat(depth)} ${markdownText(title)}`,
  ...blocks.map(block).filter((text) => text !== ""),
  ...parts.flatMap((part) => sectionLines(part, depth + 1)),
];

const words = (text: readonly Inline[]): string =>
  text
    .map((piece) =>
      typeof piece === "string"
        ? markdownText(piece)
        : "strong" in piece
          ? strong(piece.strong)
          : "code" in piece
            ? inlineCode(piece.code)
            : `[${markdownText(piece.link)}](#${piece.to})`,
    )
    .join("");

/** Stars must touch the words; the room around them stays outside. */
const strong = (text: string): string =>
  `${/^\s/.test(text) ? " " : ""}**${markdownText(text.trim())}**${/\s$/.test(text) ? " " : ""}`;

const inlineCode = (code: string): string => `\`${inert(code).replace(/[`\n]/g, " ")}\``;

function block(part: Block): string {
  switch (part.kind) {
    case "paragraph":
      return words(part.text);
    case "notice":
      return `> **Note.** ${words(part.text)}`;
    case "list":
      return part.items.map((item) => `- ${words(item)}`).join("\n");
    case "figure":
      return figure(part.figure);
    case "table":
      return part.filesOnly
        ? ""
        : folded(
            part.folded,
            [
              `<a id="${anchorOf(part.name)}"></a>`,
              tableMarkdown(part.page ?? part.table),
              words(part.caption),
              source(part.name, part.sql),
            ].join("\n\n"),
          );
    case "bars":
      return "";
    case "traces":
      return [`### ${markdownText(part.heading)}`, words(part.why), ...part.panels.map(trace)].join("\n\n");
    case "code":
      return [...(part.summary ? [markdownText(part.summary)] : []), fenced(inert(part.text))].join("\n\n");
  }
}

const folded = (heading: string | undefined, content: string): string =>
  heading === undefined ? content : `<details><summary>${attribute(heading)}</summary>\n\n${content}\n\n</details>`;

const figure = ({ name, alt, caption, sql }: Figure): string =>
  [
    [
      "<picture>",
      `  <source media="(prefers-color-scheme: dark)" srcset="figures/${name}-dark.svg">`,
      `  <img alt="${attribute(alt)}" src="figures/${name}.svg">`,
      "</picture>",
    ].join("\n"),
    words(caption),
    source(name, sql),
  ].join("\n\n");

const attribute = (text: string): string =>
  inert(text).replace(/[&"<>\n]/g, (character) => `&#${character.charCodeAt(0)};`);

const source = (name: string, sql?: Query): string =>
  [
    `<sub>[data/${name}.csv](data/${name}.csv)</sub>`,
    ...(sql ? [folded("SQL", fenced(queryText(sql), "sql"))] : []),
  ].join("\n\n");

const MOST = 4000;
const MOST_DECISIONS = 20;

/** Forced spans stand in ⟦ ⟧: colour is not to be had here. */
function trace({ point, attempt, segments, decisions = [], withheld }: TracePanel): string {
  const body = segments.map(spanText).join("");
  const tokens = `${count(attempt.thinking_tokens)} thinking tokens of which ${count(attempt.forced_tokens)} forced`;
  const head =
    `**${markdownText(point)}**: ${attempt.outcome}, problem ${markdownText(attempt.problem)}, ` +
    `${tokens} (attempt ${attempt.id})`;
  if (withheld !== undefined) return `${head}\n\n${markdownText(withheld)}`;
  const decided = decisions.slice(0, MOST_DECISIONS).map((each) => `- ${markdownText(decisionText(each))}`);
  const list = decided.length > 0 ? `\n\n${decided.join("\n")}` : "";
  return `${head}\n\n${fenced(inert(clipped(attempt.prompt + body, MOST)))}${list}`;
}

/** Spans on a side branch stand in ⟨ ⟩. */
function spanText({ kind, origin, text }: SegmentRow): string {
  const written = origin === "forced" ? `⟦${text}⟧` : text;
  return kind === "probe" ? `⟨${written}⟩` : written;
}

/** A fence longer than any run of ticks inside. */
export function fenced(text: string, language = "text"): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

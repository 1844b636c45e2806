import { inertLine } from "../core/inert.ts";
import { toPdf } from "../plots/pdf.ts";
import { toPng } from "../plots/render.ts";
import { type Block, blocksOf, type Document, type Figure, plainText } from "./document.ts";
import { htmlPage } from "./html/page.tsx";
import { markdownPage } from "./markdown.ts";
import { tableCsv } from "./table-csv.ts";
import { tableLatex } from "./table-latex.ts";

/** Every form of a report, by the name of its file. */
export async function filesOf(document: Document): Promise<ReadonlyMap<string, string | Uint8Array>> {
  return new Map<string, string | Uint8Array>([
    ["report.html", htmlPage(document)],
    ["report.md", markdownPage(document)],
    ...(await attachments(document)),
  ]);
}

async function attachments(document: Document): Promise<readonly (readonly [string, string | Uint8Array])[]> {
  const blocks = blocksOf(document);
  const figures = await Promise.all(
    blocks.flatMap((block) => (block.kind === "figure" ? [figureFiles(block.figure, document.date)] : [])),
  );
  return [...figures.flat(), ...blocks.flatMap(tableFiles)];
}

/** What a paper's page has room for, in points: the whole width of its text, and one of two columns. */
const TEXT_WIDTH = 468;
const COLUMN_WIDTH = 234;

const figureFiles = async (
  figure: Figure,
  date: Date,
): Promise<readonly (readonly [string, string | Uint8Array])[]> => [
  [`figures/${figure.name}.svg`, figure.light],
  [`figures/${figure.name}-dark.svg`, figure.dark],
  [`figures/${figure.name}.png`, await toPng(figure.light)],
  [`figures/${figure.name}.pdf`, await toPdf(figure.light, { title: inertLine(figure.alt), date, most: TEXT_WIDTH })],
  [
    `figures/${figure.name}-column.pdf`,
    await toPdf(figure.column, { title: inertLine(figure.alt), date, most: COLUMN_WIDTH }),
  ],
  [`data/${figure.name}.csv`, tableCsv(figure.data)],
];

function tableFiles(block: Block): readonly (readonly [string, string])[] {
  if (block.kind !== "table") return [];
  const caption = plainText(block.caption);
  const latex = block.latex
    ? [[`tables/${block.name}.tex`, tableLatex(block.table, { caption, label: `tab:${block.name}` })] as const]
    : [];
  return [[`data/${block.name}.csv`, tableCsv(block.table)], ...latex];
}

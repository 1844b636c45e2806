import { once } from "node:events";
import { drawSvg } from "./draw-svg.ts";
import { fontFiles } from "./fonts.ts";
import { svgNodes } from "./svg-nodes.ts";

/** Points of a page for each unit of a picture: letters of 12 units print at 8.4 points, as a paper's captions do. */
const SCALE = 0.7;

/**
 * `date`: what the file says when it was made; of what is drawn, never of today. `most`: points that it may be wide.
 */
export type PdfFacts = Readonly<{ title: string; date: Date; most: number }>;

/** A picture for a paper: lines as lines, text as text in an embedded font; the same bytes for the same picture. */
export async function toPdf(svg: string, { title, date, most }: PdfFacts): Promise<Uint8Array> {
  const { default: PDFDocument } = await import("pdfkit");
  const picture = svgNodes(svg);
  const scale = Math.min(SCALE, most / Number(picture.attributes["width"]));
  const size = ["width", "height"].map((side) => Number(picture.attributes[side]) * scale) as [number, number];
  const page = new PDFDocument({
    size,
    margin: 0,
    pdfVersion: "1.4",
    info: { Title: title, Creator: "overthink", CreationDate: date },
  });
  const chunks: Uint8Array[] = [];
  page.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const [regular, bold] = fontFiles();
  page.registerFont("regular", regular ?? "").registerFont("bold", bold ?? "");
  page.scale(scale);
  drawSvg(page, picture);
  const ended = once(page, "end");
  page.end();
  await ended;
  return Buffer.concat(chunks);
}

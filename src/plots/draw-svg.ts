import type { SvgNode } from "./svg-nodes.ts";
import { initialStyle, styleOf, type Style } from "./svg-style.ts";

type Page = PDFKit.PDFDocument;
type Attributes = SvgNode["attributes"];
type Drawer = (page: Page, node: SvgNode, style: Style) => void;

/**
 * Draws a picture on a page, text as text. An element that nobody knows is a mistake of ours, never left out in
 * silence.
 */
export const drawSvg = (page: Page, svg: SvgNode): void => draw(page, svg, initialStyle);

function draw(page: Page, node: SvgNode, around: Style): void {
  const drawer = drawers[node.name];
  if (!drawer) throw new Error(`cannot draw <${node.name}>`);
  if (node.attributes["display"] === "none") return;
  page.save();
  for (const [, move, numbers] of (node.attributes["transform"] ?? "").matchAll(/(\w+)\(([^)]*)\)/g))
    moveBy(page, move ?? "", (numbers ?? "").split(/[\s,]+/).map(Number));
  drawer(page, node, styleOf(node.attributes, around));
  page.restore();
}

function moveBy(page: Page, move: string, [x = 0, y = 0]: readonly number[]): void {
  if (move === "translate") page.translate(x, y);
  else if (move === "rotate") page.rotate(x);
  else throw new Error(`cannot move by ${move}`);
}

const group: Drawer = (page, node, style) => {
  for (const child of node.children) if (typeof child !== "string") draw(page, child, style);
};

const path: Drawer = (page, { attributes }, style) => {
  const { d } = attributes;
  if (d) paint(page, style, () => page.path(d));
};

const line: Drawer = (page, { attributes }, style) =>
  paint(page, { ...style, fill: "none" }, () =>
    page.moveTo(at(attributes, "x1"), at(attributes, "y1")).lineTo(at(attributes, "x2"), at(attributes, "y2")),
  );

const rect: Drawer = (page, { attributes }, style) =>
  paint(page, style, () =>
    page.rect(at(attributes, "x"), at(attributes, "y"), extent(attributes["width"]), extent(attributes["height"])),
  );

const text: Drawer = (page, { attributes, children }, style) => {
  let y = at(attributes, "y");
  for (const child of children) {
    const isLine = typeof child !== "string";
    if (isLine) y += at(child.attributes, "dy");
    write(
      page,
      isLine ? child.children.filter((part) => typeof part === "string").join("") : child,
      { x: at(isLine ? child.attributes : attributes, "x"), y },
      style,
    );
  }
};

const drawers: Readonly<Record<string, Drawer>> = { svg: group, g: group, path, line, rect, text };

const at = (attributes: Attributes, name: string): number => Number(attributes[name] ?? 0);

/** The one share that occurs is the ground of a whole picture, and what lies beyond a page is cut off. */
const extent = (text: string | undefined): number => (text === "100%" ? 10_000 : Number(text ?? 0));

function paint(
  page: Page,
  { fill, stroke, width, dash, fillOpacity, strokeOpacity }: Style,
  outline: () => Page,
): void {
  const [isFilled, isStroked] = [isPaint(fill), isPaint(stroke) && width > 0];
  if (!isFilled && !isStroked) return;
  if (isFilled) page.fillColor(fill, fillOpacity);
  if (isStroked) page.lineWidth(width).miterLimit(4).strokeColor(stroke, strokeOpacity);
  if (dash.length > 0) page.dash(dash as unknown as number, {});
  outline();
  if (isFilled && isStroked) page.fillAndStroke();
  else if (isFilled) page.fill();
  else page.stroke();
}

const isPaint = (colour: string): boolean => colour !== "none" && colour !== "transparent";

function write(
  page: Page,
  words: string,
  { x, y }: Readonly<{ x: number; y: number }>,
  { fill, fillOpacity, size, bold, anchor }: Style,
): void {
  page
    .font(bold ? "bold" : "regular")
    .fontSize(size)
    .fillColor(fill, fillOpacity);
  const left = x - page.widthOfString(words, {}) * (anchor === "end" ? 1 : anchor === "middle" ? 0.5 : 0);
  page.text(words, left, y, { lineBreak: false, baseline: "alphabetic" });
}

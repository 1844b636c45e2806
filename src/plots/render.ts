import { fontFiles } from "./fonts.ts";
import type { PlotSpec } from "./frame.ts";
import { textWidth } from "./text-width.ts";

type Draw = (spec: PlotSpec) => Promise<string>;

let elsewhere: Draw | null = null;

/** From now on pictures of this thread are drawn by somebody else, such as a thread that has the libraries ready. */
export function drawElsewhere(draw: Draw): void {
  elsewhere = draw;
}

export const toSvg: Draw = (spec) => (elsewhere ?? drawHere)(spec);

/** The libraries are loaded by the first picture, since most commands draw none. */
async function drawHere(spec: PlotSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  (vega as unknown as Measures).textMetrics.width = widthOf; // without a canvas Vega guesses, and far too much
  const compiled = compile(spec as unknown as Parameters<typeof compile>[0]).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Vega's types leave it out. */
type Measures = { textMetrics: { width: typeof widthOf } };

type Written = Readonly<{ text?: unknown; fontSize?: number; fontWeight?: unknown }>;

const widthOf = ({ fontSize = 11, fontWeight, text: own }: Written, text: unknown = own): number =>
  textWidth(String(text), fontWeight === "bold") * fontSize;

/** `scale` 3 prints a picture of 620 points at about 300 dots an inch. */
export async function toPng(svg: string, scale = 3): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const font = { loadSystemFonts: beyondOurFonts(svg), fontFiles: fontFiles(), defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

/** The bundled fonts stop before the scripts of East Asia. */
const beyondOurFonts = (svg: string): boolean => /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/.test(svg);

import { fontFiles } from "./fonts.ts";
import type { PlotSpec } from "./frame.ts";

/** The libraries are loaded by the first picture, since most commands draw none. */
export async function toSvg(spec: PlotSpec): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const compiled = compile(spec as unknown as Parameters<typeof compile>[0]).spec;
  const view = new View(parse(compiled), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** `scale` 3 prints a picture of 620 points at about 300 dots an inch. */
export async function toPng(svg: string, scale = 3): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const font = { loadSystemFonts: beyondOurFonts(svg), fontFiles: fontFiles(), defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

/** The bundled fonts stop before the scripts of East Asia. */
const beyondOurFonts = (svg: string): boolean => /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/.test(svg);

import { expect, test } from "vitest";
import type { PlotSpec } from "../../src/plots/frame.ts";
import { toSvg } from "../../src/plots/render.ts";
import type { startDrawing } from "../../src/app/pages/drawing.ts";

/** As it is built: a thread begins with a file of JavaScript. */
const built = new URL("../../dist/app/pages/drawing.js", import.meta.url).href;
const { startDrawing: start } = (await import(built)) as { startDrawing: typeof startDrawing };

const plot = (values: readonly number[]): PlotSpec => ({
  width: 200,
  height: 100,
  data: { values: values.map((y, x) => ({ x, y })) },
  mark: "line",
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
});

test("the drawing thread draws what this one would, each asker its own, and goes on after a fault", async () => {
  const draw = start();
  const [one, two] = [plot([1, 4, 2]), plot([9, 3, 5])];
  const nonsense = { mark: "nothing that is drawn" } as unknown as PlotSpec;
  const told = await Promise.allSettled([draw(one), draw(nonsense), draw(two)]);
  expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await Promise.all([draw(one), draw(two)])).toEqual([await toSvg(one), await toSvg(two)]);
  expect(told[0]).toEqual({ status: "fulfilled", value: await toSvg(one) });
  expect(told[2]).toEqual({ status: "fulfilled", value: await toSvg(two) });
});

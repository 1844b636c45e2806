import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { toSvg } from "../../src/plots/render.ts";
import { scalingPlot } from "../../src/plots/scaling-plot.ts";
import { generatedCurve } from "../plots/generated-curves.ts";
import { chromiumPath, openBrowser, withoutBrowser } from "./chromium.ts";

/** All of them with `npm run simulate`; else a part. The geometry of all 200 is tested without a browser. */
const CURVES = process.env["SIMULATE"] === "1" ? 200 : 24;

const sizes = [
  { width: 262, height: 250 },
  { width: 620, height: 360 },
  { width: 900, height: 520 },
];

describe.skipIf(chromiumPath === undefined)(
  `labels of ${CURVES} generated curves in a browser${withoutBrowser}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    test("touch no dot and no other label, and stand nearest to a dot of their name", async () => {
      const page = await browser.newPage();
      const pictures: string[] = [];
      for (let seed = 0; seed < CURVES; seed++)
        pictures.push(await toSvg(scalingPlot(generatedCurve(seed), { theme: "light", ...sizes[seed % 3] })));
      await page.setContent(pictures.map((svg) => `<div>${svg}</div>`).join(""));
      const faults = await page.locator("svg").evaluateAll((drawn) =>
        drawn.flatMap((svg, at) => {
          const boxOf = (node: Element) => node.getBoundingClientRect();
          const dots = [...svg.querySelectorAll("[aria-roledescription=point]")].map((node) => {
            const { left, top, width, height } = boxOf(node);
            return { x: left + width / 2, y: top + height / 2, says: node.getAttribute("aria-label") ?? "" };
          });
          const axis = Math.max(
            ...[...svg.querySelectorAll(".role-axis-title text")].map((node) => boxOf(node).bottom),
          );
          const labels = [...svg.querySelectorAll(".mark-text.role-mark text")]
            .filter((node) => node.textContent && boxOf(node).bottom < axis)
            .map((node) => ({ text: node.textContent ?? "", box: boxOf(node) }));
          const far = (box: DOMRect, dot: { x: number; y: number }) =>
            Math.hypot(
              dot.x - Math.min(Math.max(dot.x, box.left), box.right),
              dot.y - Math.min(Math.max(dot.y, box.top + 2), box.bottom - 2),
            );
          return labels.flatMap(({ text, box }, i) => {
            const touching = labels
              .slice(i + 1)
              .filter(
                (other) =>
                  box.left < other.box.right - 1 &&
                  other.box.left < box.right - 1 &&
                  box.top + 2 < other.box.bottom - 2 &&
                  other.box.top + 2 < box.bottom - 2,
              );
            const [nearest] = [...dots].sort((a, b) => far(box, a) - far(box, b));
            const least = nearest ? far(box, nearest) : 0;
            const around = dots.filter((dot) => far(box, dot) <= least + 5);
            const isNumber = /^\d+$/.test(text);
            const isNamed = isNumber || around.some(({ says }) => text.split(", ").some((name) => says.includes(name)));
            return [
              ...(least < 3 ? [`${at}: ${text} on a dot`] : []),
              ...touching.map((other) => `${at}: ${text} on ${other.text}`),
              ...(isNamed ? [] : [`${at}: ${text} next to ${nearest?.says}`]),
            ];
          });
        }),
      );
      expect(faults).toEqual([]);
    }, 300_000);
  },
);

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratch } from "../cli/overthink.ts";
import { studies } from "../report/fixture.ts";
import { chromiumPath, openBrowser, withoutBrowser } from "./chromium.ts";
import { colourFaults, lostInForcedColours, squeezed, tooSmall } from "./page-checks.ts";
import { view, watched, type Viewer, type Watched } from "./viewer.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Axe = { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };

const screens = [
  "/",
  "/e/figure",
  "/e/figure/problems",
  "/e/figure/attempts",
  "/e/figure/compare",
  "/e/figure/figure",
  "/e/figure/p/n2-0",
  "/e/figure/p/n2-0?heat=reach&at=4",
  "/e/figure/p/n2-0/vs?a=3&b=6-natural",
  "/e/nothing",
];

describe.skipIf(chromiumPath === undefined)(`whoever comes to the viewer, in a browser${withoutBrowser}`, () => {
  const folder = scratch();
  let browser: Browser;
  let viewer: Viewer;
  let own: Watched;

  beforeAll(async () => {
    const db = join(folder, "figure.db");
    writeFileSync(db, studies({ perLevel: 4 }).db.serialize());
    [viewer, browser] = await Promise.all([view(db), openBrowser()]);
    own = await watched(browser, viewer.url);
  });
  afterAll(async () => {
    await browser?.close();
    viewer?.child.kill();
  });

  /** Chromium itself writes a line about a 404. */
  const quiet = (): void => {
    expect(own.faults.filter((fault) => !fault.includes("404"))).toEqual([]);
    own.faults.splice(0);
  };

  describe.each(screens)("%s", (path) => {
    test.each(["light", "dark"] as const)(
      "axe finds nothing, and all colours stand out by number, %s",
      async (theme) => {
        const { page, go } = own;
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.emulateMedia({ colorScheme: theme, forcedColors: "none" });
        await go(path);
        await page.evaluate(axe);
        // Between the themes only colours differ, and these are measured below.
        const rules = theme === "light" ? {} : { runOnly: ["color-contrast"] };
        const found = await page.evaluate(async (options) => {
          const { violations } = await (window as unknown as { axe: Axe }).axe.run(options);
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
        }, rules);
        expect(found).toEqual([]);
        expect(await page.evaluate(colourFaults)).toEqual([]);
        quiet();
      },
    );

    test("is whole on a phone, at 200 % and with letters twice as large", async () => {
      const { page, go } = own;
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 390, height: 844 });
      await go(path);
      expect({ phone: await page.evaluate(squeezed) }).toEqual({ phone: [] });
      expect({ small: await page.evaluate(tooSmall) }).toEqual({ small: [] });
      // What a zoom of 200 % makes of a window of 1440 x 900.
      await page.setViewportSize({ width: 720, height: 450 });
      expect({ zoomed: await page.evaluate(squeezed) }).toEqual({ zoomed: [] });
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
      expect({ large: await page.evaluate(squeezed) }).toEqual({ large: [] });
      quiet();
    });

    test("says as much in forced colours, does not move, and is printed whole", async () => {
      const { page, go } = own;
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
      await go(path);
      expect(await page.evaluate(lostInForcedColours)).toEqual([]);
      expect(
        await page.evaluate(() => [
          document.getAnimations().length,
          [...document.querySelectorAll("*")].filter((element) => {
            const { transitionDuration, scrollBehavior } = getComputedStyle(element);
            return transitionDuration !== "0s" || scrollBehavior !== "auto";
          }).length,
        ]),
      ).toEqual([0, 0]);
      await page.emulateMedia({ forcedColors: "none", reducedMotion: "no-preference", media: "print" });
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("main *")]
          .filter((element) => /auto|scroll|hidden/.test(getComputedStyle(element).overflowY))
          .filter(({ scrollHeight, clientHeight }) => clientHeight > 1 && scrollHeight > clientHeight + 2)
          .map(({ outerHTML }) => outerHTML.slice(0, 80)),
      );
      expect(cut).toEqual([]);
      await page.emulateMedia({ media: "screen" });
      quiet();
    });
  });
});

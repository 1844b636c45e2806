import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Segment } from "../../src/core/segment.ts";
import { compose } from "../../src/report/compose.ts";
import { gather } from "../../src/report/gather.ts";
import { htmlPage } from "../../src/report/html/page.tsx";
import { writeReport } from "../../src/report/write-report.ts";
import { painted } from "../../src/plots/theme.ts";
import { heatMap } from "../../src/plots/heat-map.ts";
import { valueMap } from "../../src/plots/value-map.ts";
import { hostile as hostileDatabase } from "../report/hostile.ts";
import { studies } from "../report/fixture.ts";
import { chromiumPath, openBrowser, withoutBrowser } from "./chromium.ts";
import { fullness, pixelsAt, type Place } from "./pixels.ts";

describe.skipIf(chromiumPath === undefined)(`a report in a browser${withoutBrowser}`, () => {
  let browser: Browser;
  let url: string;
  let faults: string[];

  beforeAll(async () => {
    const { reader } = studies({ perLevel: 4, twist: hostile });
    const outDir = mkdtempSync(join(tmpdir(), "report-"));
    url = pathToFileURL((await writeReport({ reader, experiments: ["figure"], outDir })).html).href;
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** A page that writes down everything it should not do. */
  async function open(options: Readonly<{ width?: number; dark?: boolean; script?: boolean }> = {}): Promise<Page> {
    const { width = 1100, dark = false, script = true } = options;
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
      javaScriptEnabled: script,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(100_000);
    faults = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("dialog", (dialog) => {
      faults.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== url) faults.push(`request ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  test("opens without an error, a request or a dialog", async () => {
    const page = await open();
    await page.waitForTimeout(200);
    expect(faults).toEqual([]);
    expect(await page.title()).toBe("figure");
    expect(await page.textContent("body")).toContain("<script>alert(1)</script>");
  });

  test("has axes, intervals and dots", async () => {
    const page = await open();
    const svg = page.locator("#figure-curve .wide svg");
    expect(await svg.locator(".mark-text text", { hasText: "Accuracy (%)" }).count()).toBe(1);
    expect(await svg.locator(".role-axis-label text").count()).toBeGreaterThan(8);
    expect(await svg.locator("[data-tip]").count()).toBe(10);
    const whiskers = await svg
      .locator(".mark-rule line")
      .evaluateAll((lines) => lines.filter((line) => Math.abs(Number(line.getAttribute("y2"))) > 1).length);
    expect(whiskers).toBeGreaterThanOrEqual(9);
  });

  test("holds finding, curve and points in its first screen, and all of it in two", async () => {
    const page = await open({ width: 1440 });
    for (const part of [".finding", "#figure-curve .wide svg", ".numbers table"]) {
      const box = await page.locator(part).first().boundingBox();
      expect(box && box.y + box.height, part).toBeLessThanOrEqual(900);
    }
    expect(await page.evaluate("document.documentElement.scrollHeight")).toBeLessThanOrEqual(1800);
    expect(await page.locator(".finding p").count()).toBeLessThanOrEqual(6);
  });

  test("has contents that say where one is, and links that open what they lead to", async () => {
    const page = await open({ width: 1440 });
    expect(await page.locator("nav a[aria-current]").textContent()).toBe("Finding");
    const link = page.locator(".finding a.to").first();
    const target = page.locator((await link.getAttribute("href")) ?? "");
    expect(await target.isVisible()).toBe(false);
    await link.click();
    expect(await target.isVisible()).toBe(true);
    await page.locator("nav a", { hasText: "Traces" }).click();
    await expect.poll(() => page.locator("nav a[aria-current]").textContent()).not.toBe("Finding");
    expect(await page.locator(".panel").first().isVisible()).toBe(true);
  });

  test.each([390, 768, 1440])("lets no table scroll sideways at %i pixels where the page has room", async (width) => {
    const page = await open({ width });
    await page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })");
    const sideways = await page
      .locator(".scroll")
      .evaluateAll((boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).length);
    if (width === 1440) expect(sideways).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  test("gives the table of points of two experiments its room at 1440 pixels, and keeps the curve beside it", async () => {
    const names = ["pico-figure1-greedy", "pico-figure1-warmer"];
    const settings = [
      { max: 4, ignore: 0 },
      { max: null, ignore: 0 },
    ];
    const { reader } = studies(...names.map((name, i) => ({ name, perLevel: 1, settings, epochs: 1 + i })));
    const experiments = reader.experiments().map((row) => gather(reader, row));
    const page = await open({ width: 1440 });
    await page.setContent(htmlPage(await compose({ reader, experiments, reference: null })));
    const table = page.locator(".numbers .scroll").first();
    expect(await table.locator("th").allTextContents()).toContain("experiment");
    expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(1);
    const boxes = await Promise.all([table, page.locator("#figure-curve .wide svg")].map((part) => part.boundingBox()));
    expect(boxes[1]?.x).toBeGreaterThan((boxes[0]?.x ?? 0) + (boxes[0]?.width ?? 0));
  });

  test("keeps long tables closed on a screen and prints them", async () => {
    const page = await open();
    const seen = () =>
      page
        .locator("details.fold table")
        .first()
        .evaluate((table) => table.checkVisibility({ contentVisibilityAuto: true }));
    expect(await seen()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await seen()).toBe(true);
  });

  test("shows what a dot stands for under the pointer and on focus", async () => {
    const page = await open();
    const dot = page.locator("#figure-curve .wide [data-tip]").first();
    await dot.hover();
    expect(await page.textContent("#tip")).toMatch(
      /≤0\n\d+\.\d % \[\d+\.\d %, \d+\.\d %\], \d+ of 20\n0 mean thinking tokens/,
    );
    expect(await page.isVisible("#tip")).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#tip")).toBe(false);
    await page.locator("#figure-curve .wide [data-tip]").nth(1).focus();
    expect(await page.isVisible("#tip")).toBe(true);
  });

  test("keeps its titles where there is no script", async () => {
    const page = await open({ script: false });
    expect(await page.locator("#figure-curve .wide [data-tip] title").count()).toBe(10);
    expect(await page.locator("button.theme").count()).toBe(0);
  });

  test.each([390, 1100])("does not scroll sideways at %i pixels", async (width) => {
    const page = await open({ width });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(await page.locator("#figure-curve .narrow").isVisible()).toBe(width < 640);
    const small = await page
      .locator("#figure-curve svg text:visible")
      .evaluateAll((texts) =>
        Math.min(...texts.map((text) => text.getBoundingClientRect().height).filter((height) => height > 0)),
      );
    expect(small).toBeGreaterThan(9);
  });

  test("follows the system's dark mode, and the button against it", async () => {
    const page = await open({ dark: true });
    const ground = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const fill = (): Promise<string> =>
      page
        .locator("#figure-curve .wide [data-tip]")
        .first()
        .evaluate((dot) => getComputedStyle(dot).fill);
    const [darkGround, darkFill] = [await ground(), await fill()];
    expect(darkGround).toBe("rgb(20, 23, 28)");
    await page.click("button.theme");
    expect(await ground()).toBe("rgb(255, 255, 255)");
    expect(await fill()).not.toBe(darkFill);
  });

  test.each([false, true])(
    "has a heat map that is fuller where answers are right, as its caption says (dark: %s)",
    async (dark) => {
      const page = await open({ width: 1440, dark });
      await page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })");
      expect(await page.locator("#figure-problems-figure figcaption").textContent()).toContain("The fuller the colour");
      const map = page.locator("#figure-problems-figure .wide svg");
      await map.scrollIntoViewIfNeeded();
      const cells = await map.locator("g > path[fill]").evaluateAll(cellsOf);
      const chroma = (await pixelsAt(page, cells)).map(fullness);
      // Shades stand in the order of the share that was right.
      expect(chroma.length).toBeGreaterThan(1);
      expect(chroma).toEqual([...chroma].sort((a, b) => a - b));
      const key = await page.locator("#figure-problems-figure .wide svg > text").allTextContents();
      expect(key).toEqual(expect.arrayContaining(["wrong", "right"]));
    },
  );

  describe.each(["light", "dark"] as const)("maps (%s)", (theme) => {
    const values = [0, 0.3, 0.5, 0.6, 1];

    /** How full of colour the middle of the first cell of each shade is, in the order of the picture. */
    async function shadesOf(svg: string, cells: string): Promise<readonly number[]> {
      const page = await (await browser.newContext()).newPage();
      await page.setContent(painted(svg, theme));
      const places = await page.locator(cells).evaluateAll(cellsOf);
      const seen = (await pixelsAt(page, places)).map(fullness);
      await page.close();
      return seen;
    }

    test("of two lists are fuller where accuracy is higher, as their key says", async () => {
      const names = { rows: ["0"], columns: values.map(String), rowTitle: "ends", columnTitle: "budget" };
      const seen = await shadesOf(
        valueMap({ ...names, values: [values] }, { theme: "page" }),
        "svg rect[fill-opacity]",
      );
      const [own, key] = [seen.slice(0, values.length), seen.slice(values.length)];
      expect(own).toEqual([...new Set(own)].sort((a, b) => a - b));
      expect([key[0], key[2], key[4]]).toEqual([own[0], own[2], own[4]]); // 0, 50 and 100 %
    });

    test("of problems are fuller where more attempts were right, as their key says", async () => {
      const rows = [{ label: "problem", shares: values }];
      const svg = heatMap([{ name: "level", rows }], { columns: values.map(String), theme: "page" });
      const own = await shadesOf(svg, "svg g > path[fill]");
      expect(own).toEqual([...new Set(own)].sort((a, b) => a - b));
      const [, wrong, half, right] = await shadesOf(svg, "svg > rect");
      expect([wrong, half, right]).toEqual([own[0], own[2], own[4]]);
    });
  });

  test("prints on white with the wide picture, even from dark mode", async () => {
    const page = await open({ dark: true, width: 390 });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.locator("#figure-curve .wide").isVisible()).toBe(true);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
  });

  test("tells forced from sampled by colour and by a mark", async () => {
    const page = await open();
    const forced = page.locator(".panel mark.forced").first();
    const sampled = page.locator(".panel span.thinking").first();
    const look = (place: typeof forced) =>
      place.evaluate((node) => [getComputedStyle(node).color, getComputedStyle(node, "::before").content]);
    expect(await look(forced)).not.toEqual(await look(sampled));
    expect((await look(forced))[1]).toContain("▸");
  });
});

describe.skipIf(chromiumPath === undefined)(`a report of a hostile database in a browser${withoutBrowser}`, () => {
  test("sends nothing, asks nothing, runs nothing and says no error, with the pointer over everything", async () => {
    const outDir = mkdtempSync(join(tmpdir(), "hostile-"));
    const { html } = await writeReport({ reader: hostileDatabase(100_000).reader, experiments: ["figure"], outDir });
    const browser = await openBrowser();
    try {
      const faults: string[] = [];
      const page = await browser.newPage();
      page.on("console", (message) => faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("dialog", (dialog) => {
        faults.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(html).href) faults.push(`request ${request.url()}`);
      });
      await page.goto(pathToFileURL(html).href);
      for (const dot of await page.locator("#figure-curve .wide [data-tip]").all()) await dot.hover({ force: true });
      expect(await page.textContent("#tip")).toContain("<b onclick=alert(7)>");
      await page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })");
      await page.waitForTimeout(300);
      expect(faults).toEqual([]);
      expect(await page.locator("script").count()).toBe(1);
      expect(await page.locator("img, iframe, object, embed, form, b[onclick], a[href^='javascript']").count()).toBe(0);
      expect(await page.locator("a:not([href^='#']):not([href^='data:text/csv'])").count()).toBe(0);
      expect(await page.textContent("body")).toContain("<script>alert(1)</script>");
    } finally {
      await browser.close();
    }
  }, 120_000);
});

/** In the window: the middle of the first cell of a path, or the corner of a cell that has a number in it. */
const cellsOf = (shapes: readonly Element[]): readonly Place[] =>
  shapes.map((shape) => {
    const { left, top } = shape.getBoundingClientRect();
    const [x, y, width, height] = (shape.getAttribute("d")?.match(/[\d.]+/g) ?? []).map(Number);
    if (x === undefined || y === undefined || !width || !height) return { x: left + 4, y: top + 4 };
    return new DOMPoint(x + width / 2, y + height / 2).matrixTransform((shape as SVGPathElement).getScreenCTM()!);
  });

const hostile = (segments: Segment[]): Segment[] =>
  segments.map((s) =>
    s.kind === "answer"
      ? {
          ...s,
          text: `${s.text}<script>alert(1)</script><img src="http://evil.example/i.png"><a href="javascript:alert(2)">x</a>`,
        }
      : s,
  );

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overthink, scratch, start, writeExperiment } from "../cli/overthink.ts";
import { hostile } from "../report/hostile.ts";
import { chromiumPath, openBrowser, withoutBrowser } from "./chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const settings =
  "- budget-forcing: { max_thinking_tokens: [0, 4, 16] }\n  - budget-forcing: { ignore_ends: [0, 1, 2] }";

/** A viewer of its own process, as people start it. */
async function view(...paths: readonly string[]) {
  const child = start(["view", "--port", "0", ...paths.flatMap((path) => ["--db", path])], "/");
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /http:\S+/.exec(said);
      if (found) resolve(found[0].replace(/\/$/, ""));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("close", () => reject(new Error(said)));
  });
  return { url, child };
}

describe.skipIf(chromiumPath === undefined)(`overthink view in a browser${withoutBrowser}`, () => {
  const folder = scratch();
  const db = join(folder, "first.db");
  let browser: Browser;
  let viewer: Awaited<ReturnType<typeof view>>;
  let evil: Awaited<ReturnType<typeof view>>;
  let faults: string[] = [];

  beforeAll(async () => {
    const file = writeExperiment(folder, "first.yaml", { name: "first", methods: settings });
    await overthink(["run", file, "--db", db], folder);
    const other = writeExperiment(folder, "other.yaml", {
      name: "other",
      methods: settings,
      script: "seeded: { end_thinking: 0.2 }",
    });
    await overthink(["run", other, "--db", join(folder, "other.db")], folder);
    writeFileSync(join(folder, "evil.db"), hostile().db.serialize());
    viewer = await view(db, join(folder, "other.db"));
    evil = await view(join(folder, "evil.db"));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    viewer?.child.kill();
    evil?.child.kill();
  });

  /** A page that writes down everything it should not do. */
  async function open(path: string, { base = viewer.url, width = 1440, dark = false } = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
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
      if (!request.url().startsWith(`${base}/`)) faults.push(`request ${request.url()}`);
    });
    await page.goto(base + path);
    await ready(page);
    return page;
  }

  const ready = async (page: Page): Promise<void> => {
    await page.locator("h1").waitFor();
    // An address changes before what it shows is drawn.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.waitForFunction(() => document.querySelector(".wait") === null);
  };

  const screens = [
    "/",
    "/e/first",
    "/e/first/problems",
    "/e/first/attempts",
    "/e/first/compare",
    "/e/first/figure",
    "/e/first/p/p0",
    "/e/first/p/p0?heat=reach&at=4",
    "/e/first/p/p0/vs?a=3-natural&b=5-wait-2",
    "/e/nothing",
  ];

  test.each(screens)("%s: axe finds nothing, light and dark, and a phone scrolls one way", async (path) => {
    for (const dark of [false, true]) {
      const page = await open(path, { dark });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const run = (
          window as unknown as {
            axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          }
        ).axe;
        return (await run.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
      });
      expect(found).toEqual([]);
      await page.context().close();
    }
    const phone = await open(path, { width: 390 });
    const wide = await phone.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
    await phone.context().close();
  });

  test("two budgets are compared by mouse, down to the tokens", async () => {
    const page = await open("/e/first");
    const dots = page.locator(".wide .dot");
    await dots.nth(0).click({ modifiers: ["Shift"], force: true });
    await page.getByText("is chosen").waitFor();
    await dots.nth(4).click({ modifiers: ["Shift"], force: true });
    await page.waitForURL(/\/compare\?a=.*&b=/);
    await ready(page);
    await page.locator(".four button").nth(3).click();
    await page.waitForURL(/show=neither/);
    await page.getByRole("link", { name: "side by side" }).first().click();
    await page.waitForURL(/\/vs\?/);
    await page.goBack();
    await page.waitForURL(/\/compare\?/);
    await page.reload();
    await ready(page);
    expect(await page.locator(".side").count()).toBe(2);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("the same by keyboard alone", async () => {
    const page = await open("/e/first");
    // A key that comes before what it acts on is there does nothing: then it is pressed again, on a fresh page.
    const until = (url: RegExp, path: string, keys: () => Promise<void>) =>
      expect
        .poll(
          async () => {
            if (url.test(page.url())) return page.url();
            await page.goto(viewer.url + path);
            await ready(page);
            await keys();
            await page.waitForURL(url, { timeout: 5000 }).catch(() => {});
            return page.url();
          },
          { interval: 1000 },
        )
        .toMatch(url);
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await until(/\/compare\?/, "/e/first", async () => {
      await page.locator(".wide .dot").first().focus();
      await press("Shift+Enter", "ArrowRight", "ArrowRight", "Shift+Enter");
    });
    await ready(page);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await until(/\/p\/p1\?point=1-4/, "/e/first/problems", async () => {
      await page.locator('[data-at="0 0"]').focus();
      await press("ArrowDown", "ArrowRight", "Enter");
    });
    await until(/\/p\/p2/, "/e/first/p/p1?point=1-4", () => press("j"));
    await until(/at=\d+/, "/e/first/p/p2?point=1-4", () => press("]"));
    await ready(page);
    await press("h");
    await page.waitForURL(/heat=surprise/);
    await press("v");
    await page.waitForURL(/\/vs\?/);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("a thought shows all of its text, forced words apart, and a link to it opens elsewhere", async () => {
    const page = await open("/e/first/p/p0?point=5-wait-2");
    const told = (await (await fetch(`${viewer.url}/api/e/first/p/p0`)).json()) as {
      arms: { trunk: number; paths: { attempt: number; spans: { kind: string; text: string; origin: string }[] }[] }[];
    };
    const [arm] = told.arms;
    const trunk = arm?.paths.find(({ attempt }) => attempt === arm.trunk);
    const whole = trunk?.spans.map(({ text }) => text).join("");
    const shown = await page
      .locator(".thought")
      .first()
      .evaluate((thought) => {
        const copy = thought.cloneNode(true) as Element;
        copy.querySelectorAll(".note").forEach((note) => note.remove());
        return copy.textContent;
      });
    expect(shown).toBe(whole);
    const forced =
      trunk?.spans.filter(({ origin, kind }) => origin === "forced" && kind === "continuation").length ?? 0;
    expect(await page.locator(".thought mark.continuation").count()).toBe(forced);
    const elsewhere = await open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await elsewhere.locator(".panel header b").textContent()).toBe(
      await page.locator(".panel header b").textContent(),
    );
    await page.context().close();
    await elsewhere.context().close();
  });

  test("another experiment's settings are compared too", async () => {
    const page = await open("/e/first/compare?a=3-natural&b=other:3-natural");
    expect(await page.locator(".side").nth(1).textContent()).toContain("other");
    await page.context().close();
  });

  test("the report's figure is taken away", async () => {
    const page = await open("/e/first/figure");
    const names = await page
      .locator(".downloads a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names.filter((href) => /svg|csv|png/.test(href))) {
      const response = await fetch(viewer.url + name);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    await page.context().close();
  });

  test("a curve fills up while a run goes on", async () => {
    const slow = writeExperiment(folder, "slow.yaml", {
      name: "slow",
      methods: "- budget-forcing: { max_thinking_tokens: [4, 300, 400] }",
      script: "seeded: { end_thinking: 0.0001 }\n    token_ms: 60",
    });
    const child = start(["run", slow, "--db", db], folder);
    const page = await open("/");
    await expect
      .poll(async () => {
        await page.goto(`${viewer.url}/e/slow`);
        return (await page.textContent("body"))?.includes("attempts");
      })
      .toBe(true);
    await ready(page);
    await page.getByText("Just answered").waitFor();
    child.kill("SIGKILL");
    await page.getByText("killed").first().waitFor();
    await page.context().close();
  });

  test.each(["", "/problems", "/attempts", "/compare", "/figure"])(
    "a database in which nobody meant well does nothing, %s",
    async (section) => {
      const page = await open(`/e/figure${section}`, { base: evil.url });
      await page.waitForTimeout(100);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test("nor does a thought in it", async () => {
    const page = await open("/e/figure/problems", { base: evil.url });
    await page.locator(".strips tbody th a").first().click();
    await page.locator(".thought").first().waitFor();
    expect(await page.textContent("body")).toContain("<script>alert(1)</script>");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test.each([[], ["--single"]])("a copy opens from a file, %j", async (...more) => {
    const copy = join(folder, `copy${more.length}`);
    const { code, stdout } = await overthink(["view", "--db", db, "--bundle", copy, ...more.flat()], folder);
    expect(code).toBe(0);
    const page = await browser.newPage();
    faults = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(pathToFileURL(stdout.trim()).href);
    await ready(page);
    await page.getByRole("link", { name: "first" }).click();
    await page.locator(".wide .dot").first().waitFor();
    await page.getByRole("link", { name: "Problems" }).click();
    await page.locator(".strips tbody th a").first().click();
    await page.locator(".thought").first().waitFor();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.locator(".four").waitFor();
    expect(await page.textContent("body")).toContain("A copy of");
    expect(faults).toEqual([]);
    await page.close();
  });

  test("a database that goes away is told", async () => {
    const gone = join(folder, "gone.db");
    writeFileSync(gone, readFileSync(db));
    const own = await view(gone);
    renameSync(gone, `${gone}.moved`);
    writeFileSync(gone, "no database");
    const page = await open("/", { base: own.url });
    expect(await page.locator(".notice, .card").first().textContent()).not.toBe("");
    await page.context().close();
    own.child.kill();
  });
});

describe("what cannot be viewed", () => {
  const folder = scratch();

  test.each([
    [["view", "--db", "nothing.db"], "no database"],
    [["view", "--port", "99999"], "port"],
    [["view", "--token-env", "NOT_SET_ANYWHERE", "--db", "x.db"], "NOT_SET_ANYWHERE"],
  ])("%j is one line", async (args, words) => {
    const { code, stderr } = await overthink(args, folder);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(words);
  });
});

import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { start } from "../cli/overthink.ts";

/** A viewer of its own process, as people start it. */
export async function view(...paths: readonly string[]) {
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

export type Viewer = Awaited<ReturnType<typeof view>>;

/** A page, and all that it did and should not: console lines, errors, dialogs, requests to others. */
export type Watched = Readonly<{ page: Page; faults: string[]; go: (path: string) => Promise<void> }>;

/** One page for many addresses: a context and a page of its own for each would be most of the time. */
export async function watched(browser: Browser, base: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(100_000);
  const faults: string[] = [];
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`)) faults.push(`request ${request.url()}`);
  });
  const go = async (path: string): Promise<void> => {
    await page.goto(base + path);
    await ready(page);
  };
  return { page, faults, go };
}

/** An address changes before what it shows is drawn. */
export async function ready(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.waitForFunction(() => document.querySelector(".wait") === null);
}

/** By the tab key alone, as far as there is something to stand on. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const element = await wanted.elementHandle();
  for (let step = 0; step < 150; step++) {
    if (await page.evaluate((own) => document.activeElement === own, element)) return;
    await page.keyboard.press("Tab");
  }
  expect.fail(`no way by keyboard to ${String(wanted)}`);
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/view/types/compare.ts";
import type { Chain } from "../../src/view/types/chain.ts";
import type { Problems } from "../../src/view/types/problems.ts";
import type { Experiment } from "../../src/view/types/experiment.ts";
import { overthink, root, scratch, start, writeExperiment } from "../cli/overthink.ts";
import { hostile } from "../report/hostile.ts";
import { chromiumPath, openBrowser, withoutBrowser } from "./chromium.ts";
import { ready, tabTo, view, watched, type Viewer, type Watched } from "./viewer.ts";

/** A bundled model whose Waits also lose what was right. */
const bundled = `name: pico
models:
  - { name: pico, engine: llama, path: ${join(root, "models/pico/pico-2-layers.gguf")}, format: pico }
datasets:
  - { name: arithmetic, limit: 24 }
methods:
  - budget-forcing: { max_thinking_tokens: [0, 16, 32, null] }
  - budget-forcing: { ignore_ends: [1, 2], continuation: Wait }
sampling: { temperature: 0, seed: 1, epochs: 1, max_answer_tokens: 8 }
`;

describe.skipIf(chromiumPath === undefined)(`overthink view in a browser${withoutBrowser}`, () => {
  const folder = scratch();
  const [db, otherDb, evilDb] = ["pico.db", "other.db", "evil.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let browser: Browser;
  let viewer: Viewer;
  let own: Watched;

  beforeAll(async () => {
    writeFileSync(join(folder, "pico.yaml"), bundled);
    const other = writeExperiment(folder, "other.yaml", { name: "other" });
    writeFileSync(evilDb, hostile().db.serialize());
    await Promise.all([
      overthink(["run", "pico.yaml", "--db", db], folder),
      overthink(["run", other, "--db", otherDb], folder),
    ]);
    [viewer, browser] = await Promise.all([view(db, otherDb), openBrowser()]);
    own = await watched(browser, viewer.url, { permissions: ["clipboard-read", "clipboard-write"] });
  });
  afterAll(async () => {
    await browser?.close();
    viewer?.child.kill();
  });
  beforeEach(() => void own?.faults.splice(0));
  afterEach(() => expect(own.faults).toEqual([]));

  const told = async <T>(path: string): Promise<T> => (await (await fetch(viewer.url + path)).json()) as T;

  /** Two settings of which the second loses something that the first has right. */
  async function hurt(): Promise<Readonly<{ a: string; b: string; lost: Comparison["changed"][number] }>> {
    const { settings_list: all } = await told<Experiment>("/api/e/pico");
    const pairs = all.flatMap(({ key: a }, i) => all.slice(i + 1).map(({ key: b }) => ({ a, b })));
    for (const pair of pairs.toReversed()) {
      const { changed } = await told<Comparison>(`/api/e/pico/compare?a=${pair.a}&b=${pair.b}&show=lost`);
      if (changed[0]) return { ...pair, lost: changed[0] };
    }
    throw new Error("nothing was lost");
  }

  /** Moves and presses as a person would: with a mouse, or with keys alone. */
  const ways = [
    ["mouse", (page: Watched["page"], selector: string, nth = 0) => page.locator(selector).nth(nth).click()],
    [
      "keyboard alone",
      async (page: Watched["page"], selector: string, nth = 0) => {
        await tabTo(page, page.locator(selector).nth(nth));
        await page.keyboard.press("Enter");
      },
    ],
  ] as const;

  describe.each(ways)("by %s", (way, act) => {
    const isKeys = way !== "mouse";

    test("a sweep of the night: what is done and missing, what it took, the curve (1)", async () => {
      const { page } = own;
      await own.go("/");
      await act(page, ".card a[href='/e/pico']");
      await page.waitForURL(/\/e\/pico$/);
      await ready(page);
      expect(await page.locator(".state").textContent()).toMatch(/finished\s*144 of 144 attempts · [\d,]+ tokens/);
      expect(await page.locator(".wide .dot").count()).toBe(6);
      if (isKeys) expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    });

    test("two budgets: a dot, another, a changed problem, side by side (4)", async () => {
      const { page } = own;
      await own.go("/e/pico");
      const dots = page.locator(".wide .dot");
      if (isKeys) {
        await tabTo(page, dots.first());
        for (const key of ["Shift+Enter", "ArrowRight", "ArrowRight", "Shift+Enter"]) await page.keyboard.press(key);
      } else {
        await dots.nth(0).click({ modifiers: ["Shift"], force: true });
        await page.getByText("is chosen").waitFor();
        await dots.nth(2).click({ modifiers: ["Shift"], force: true });
      }
      await page.waitForURL(/\/compare\?a=.*&b=/);
      await ready(page);
      const compared = page.url();
      await act(page, "table.stack a >> text=side by side");
      await page.waitForURL(/\/vs\?/);
      await ready(page);
      expect(await page.getByText("ids equal").count()).toBe(1);
      await page.goBack();
      await page.waitForURL(compared);
      await page.reload();
      await ready(page);
      expect(await page.locator(".side").count()).toBe(2);
    });

    test("why Wait hurt: what was lost, and the thought at the end that was ignored (3)", async () => {
      const { page } = own;
      const { a, b, lost } = await hurt();
      await own.go(`/e/pico/compare?a=${a}&b=${b}`);
      await act(page, ".four button.lost");
      await page.waitForURL(/show=lost/);
      await ready(page);
      expect(await page.locator("td.change").allTextContents()).toContain("lost");
      await act(page, "table.stack a >> text=thought");
      await page.waitForURL(new RegExp(`/p/${lost.problem}\\?.*at=${lost.a.thinking}`));
      await ready(page);
      const place = await page.evaluate((at) => {
        const runs = [...document.querySelectorAll<HTMLElement>(".thought [data-token]")];
        const { top } = runs.findLast((run) => Number(run.dataset["at"]) <= at)?.getBoundingClientRect() ?? { top: -1 };
        return { top, height: innerHeight };
      }, lost.a.thinking ?? 0);
      expect(place.top).toBeGreaterThan(0);
      expect(place.top).toBeLessThan(place.height);
    });

    test("a figure: its files, the numbers' query and the command (2)", async () => {
      const { page } = own;
      await own.go("/e/pico");
      await act(page, "header nav a >> text=Figure");
      await page.waitForURL(/\/figure$/);
      await ready(page);
      for (const ending of ["svg", "pdf", "csv"]) {
        const coming = page.waitForEvent("download");
        await act(page, `.downloads a[download='pico.${ending}']`);
        expect((await coming).suggestedFilename()).toBe(`pico.${ending}`);
      }
      expect(await page.textContent("main")).toContain("overthink report pico --db");
      expect(await page.textContent("main")).toMatch(/SELECT[\s\S]*FROM v_points/);
    });

    test("a colleague: the link of a place, which opens the same elsewhere", async () => {
      const { page } = own;
      await own.go("/e/pico/problems");
      if (isKeys) {
        await tabTo(page, page.locator('[data-at="0 0"]'));
        for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"])
          await page.keyboard.press(key);
      } else await page.locator('[data-at="1 4"]').click();
      await page.waitForURL(/\/p\/[^/]+\?point=4-wait-1$/);
      await ready(page);
      await act(page, ".tools button >> text=Copy link");
      await page.getByText("Copied").waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(page.url());
      const shown = await page.locator(".panel header").textContent();
      const elsewhere = await watched(browser, viewer.url);
      await elsewhere.go(link.slice(viewer.url.length));
      expect(await elsewhere.page.locator(".panel header").textContent()).toBe(shown);
      await elsewhere.page.context().close();
    });
  });

  test("keys walk problems, marks and flips, change colours and compare", async () => {
    const { page } = own;
    const { strips } = await told<Problems>("/api/e/pico/problems");
    const [first, second] = strips.map(({ problem }) => problem);
    await own.go(`/e/pico/p/${first}?point=5-wait-2`);
    for (const [key, url] of [
      ["j", new RegExp(`/p/${second}$`)],
      ["k", new RegExp(`/p/${first}$`)],
      ["]", /at=\d+/],
      ["h", /heat=surprise/],
      ["v", /\/vs\?/],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForURL(url);
      await ready(page);
    }
    expect(await page.locator(".side .heat-2").count()).toBe(0);
    await page.getByLabel("eight or more ids").check();
    expect(await page.locator(".side .heat-2").count()).toBeGreaterThan(0);
  });

  test("a thought shows all of its text, and forced words apart", async () => {
    const { page } = own;
    const { strips } = await told<Problems>("/api/e/pico/problems");
    await own.go(`/e/pico/p/${strips[0]?.problem}?point=5-wait-2`);
    const { arms } = await told<Chain>(`/api/e/pico/p/${strips[0]?.problem}`);
    const trunk = arms[0]?.paths.find(({ attempt }) => attempt === arms[0]?.trunk);
    const shown = await page
      .locator(".thought")
      .first()
      .evaluate((thought) => {
        const copy = thought.cloneNode(true) as Element;
        copy.querySelectorAll(".note").forEach((note) => note.remove());
        return copy.textContent;
      });
    expect(shown).toBe(trunk?.spans.map(({ text }) => text).join(""));
    const forced = trunk?.spans.filter(({ kind }) => kind === "continuation").length ?? 0;
    expect(forced).toBe(2);
    expect(await page.locator(".thought mark.continuation").count()).toBe(forced);
    expect(await page.locator(".panel .read").textContent()).toBe(
      arms[0]?.paths.find(({ setting }) => setting === "5-wait-2")?.answer,
    );
  });

  test("words of the report's tests lead to their table", async () => {
    const { page } = own;
    await own.go("/e/pico");
    const jump = page.locator(".finding a[href^='#table-tests']").first();
    await jump.click();
    expect(await page.locator(".finding details[open] table").count()).toBe(1);
    expect(page.url()).toBe(`${viewer.url}/e/pico`);
  });

  test("another database's settings are compared too, and an unknown name is told with the nearest", async () => {
    const { page, faults } = own;
    await own.go("/e/pico/compare?a=3-natural&b=other:3-natural");
    expect(await page.locator(".side").nth(1).textContent()).toContain("other");
    await own.go("/e/picco");
    expect(await page.locator(".notice").first().textContent()).toContain("did you mean pico?");
    // Chromium itself writes a line about every 404.
    faults.splice(0);
  });

  test("two runs are watched at once, one of which is killed", async () => {
    const slow = (name: string): string =>
      writeExperiment(folder, `${name}.yaml`, {
        name,
        methods: "- budget-forcing: { max_thinking_tokens: [4, 300, 400] }",
        script: "seeded: { end_thinking: 0.0001 }\n    token_ms: 60",
      });
    const runs = [
      start(["run", slow("slow"), "--db", db], folder),
      start(["run", slow("slower"), "--db", otherDb], folder),
    ];
    const { page, faults } = own;
    for (const name of ["slow", "slower"])
      await expect
        .poll(async () => (await fetch(`${viewer.url}/api/e/${name}/live`)).status, { interval: 500 })
        .toBe(200);
    await own.go("/e/slow");
    const second = await watched(browser, viewer.url);
    await second.go("/e/slower");
    for (const watcher of [page, second.page]) await watcher.getByText("Just answered").first().waitFor();
    // Attempts never become fewer, and the newest stands above the others.
    const seen: number[] = [];
    for (let look = 0; look < 3; look++) {
      const text = (await page.locator(".state").textContent()) ?? "";
      seen.push(Number(/([\d,]+) of/.exec(text)?.[1]?.replaceAll(",", "")));
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    runs[0]?.kill("SIGKILL");
    await page.locator(".badge", { hasText: "killed" }).waitFor();
    expect(await second.page.locator(".badge").first().textContent()).toBe("running");
    runs[1]?.kill("SIGKILL");
    await second.page.context().close();
    faults.splice(0);
  });

  test("a database in which nobody meant well does nothing, wherever it is shown", async () => {
    const evil = await view(evilDb);
    const { page, faults, go } = await watched(browser, evil.url);
    for (const section of ["", "/problems", "/attempts", "/compare", "/figure"]) await go(`/e/figure${section}`);
    await go("/e/figure/problems");
    await page.locator(".strips tbody th a").first().click();
    await page.locator(".thought").first().waitFor();
    expect(await page.textContent("body")).toContain("<script>alert(1)</script>");
    expect(faults).toEqual([]);
    await page.context().close();
    evil.child.kill();
  });

  test.each([[], ["--single"]])("a copy opens from a file, %j", async (...more) => {
    const copy = join(folder, `copy${more.length}`);
    const { code, stdout } = await overthink(["view", "--db", otherDb, "--bundle", copy, ...more.flat()], folder);
    expect(code).toBe(0);
    const { page, faults } = await watched(browser, "file://");
    await page.goto(pathToFileURL(stdout.trim()).href);
    await ready(page);
    await page.getByRole("link", { name: "other" }).click();
    await page.locator(".wide .dot").first().waitFor();
    await page.getByRole("link", { name: "Problems" }).click();
    await page.locator(".strips tbody th a").first().click();
    await page.locator(".thought").first().waitFor();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.locator(".four").waitFor();
    expect(await page.textContent("body")).toContain("A copy of");
    expect(faults.filter((fault) => !fault.startsWith("request file:"))).toEqual([]);
    await page.context().close();
  });

  test("a copy of one address opens there, with the thoughts of its rows", async () => {
    const address = "/e/other/attempts?point=3-natural&outcome=incorrect";
    const args = ["view", "--db", db, "--db", otherDb, "--bundle", join(folder, "some"), "--page", address];
    const { stdout, code } = await overthink(args, folder);
    expect(code).toBe(0);
    const { page, faults } = await watched(browser, "file://");
    await page.goto(pathToFileURL(stdout.trim()).href);
    await ready(page);
    const said = await page.locator("table.stack td.long").first().textContent();
    await page.locator("table.stack tbody a").first().click();
    await page.locator(".thought").first().waitFor();
    expect(await page.locator(".panel header").textContent()).toContain(said);
    await page.getByRole("link", { name: "Figure" }).click();
    await page.locator(".wide .dot").first().waitFor();
    expect(await page.textContent("body")).toContain(`of what ${address} shows`);
    expect(faults.filter((fault) => !fault.startsWith("request file:"))).toEqual([]);
    await page.context().close();
  });
});

describe("what cannot be viewed", () => {
  const folder = scratch();

  test("is one line and exit code 2, also a port in use", async () => {
    const db = join(folder, "evil.db");
    writeFileSync(db, hostile().db.serialize());
    const first = await view(db);
    const port = new URL(first.url).port;
    for (const [args, words] of [
      [["view", "--db", "nothing.db"], "no database"],
      [["view", "--port", "99999"], "port"],
      [["view", "--db", db, "--port", port], `${port}`],
      [["view", "--token-env", "NOT_SET_ANYWHERE", "--db", "x.db"], "NOT_SET_ANYWHERE"],
    ] as const) {
      const { code, stderr } = await overthink(args, folder);
      expect({ args, code, lines: stderr.trim().split("\n").length }).toEqual({ args, code: 2, lines: 1 });
      expect(stderr).toContain(words);
    }
    first.child.kill();
  });
});

// Pictures of `overthink view` for the README, from the demo's database: node scripts/screenshots.mjs [--db FILE]
// Needs a Chromium; CHROMIUM names another than /usr/bin/chromium.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const db = process.argv[process.argv.indexOf("--db") + 1 || 99] ?? "results/demo.db";
const out = `${root}reports/examples/view`;
mkdirSync(out, { recursive: true });

const shots = [
  ["view-curve", "/e/pico-figure1", "light", 1080],
  ["view-thought", "/e/pico-figure1/p/LOST?heat=reach", "light", 900],
  ["view-compare", "/e/pico-figure1/compare", "dark", 800],
];

const viewer = spawn(process.execPath, [`${root}bin/overthink.cjs`, "view", "--db", db, "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise((resolve) =>
  viewer.stdout.on("data", (text) => resolve(/http:\S+?(?=\/\s)/.exec(String(text))?.[0])),
);
const lost = await (await fetch(`${url}/api/e/pico-figure1/problems?show=lost&sort=flips`)).json();
const problem =
  lost.strips[0]?.problem ?? (await (await fetch(`${url}/api/e/pico-figure1/problems`)).json()).strips[0].problem;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [name, path, colorScheme, height] of shots) {
  const page = await browser.newPage({ viewport: { width: 1200, height }, colorScheme });
  await page.goto(url + path.replace("LOST", problem));
  await page.locator("h1").waitFor();
  await page.waitForFunction(
    () => document.querySelector(".wait") === null && document.querySelector("section, .four"),
  );
  await page.waitForLoadState("networkidle", { timeout: 5000 }).catch(() => undefined);
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.close();
}
await browser.close();
viewer.kill();

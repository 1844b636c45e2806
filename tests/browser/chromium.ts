import { spawnSync } from "node:child_process";
import { chromium, type Browser } from "playwright-core";

const known = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Some systems have a file of that name which only says how to get the real one. */
const starts = (path: string): boolean =>
  spawnSync(path, ["--version"], { timeout: 60_000, stdio: "ignore" }).status === 0;

/** A browser of this machine, if there is one; CHROMIUM names another. */
export const chromiumPath: string | undefined = known.find((path) => path !== undefined && starts(path));

export const withoutBrowser =
  chromiumPath === undefined ? " (skipped: no Chromium found; install it or set CHROMIUM to its path)" : "";

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? "",
    timeout: 120_000,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

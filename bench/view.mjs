// `overthink view` over a million generated attempts with nodes, uses and long texts: first content of each screen, filters, scrolling, memory.
// npm run build && node bench/view.mjs [--db FILE] [--shape 1000x84x12] [--requests 400] [--no-browser]
// A database that is there already is used again. CHROMIUM names another browser than /usr/bin/chromium.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { shapeOf } from "./report-database.mjs";
import { generateChains } from "./view-database.mjs";

const { values } = parseArgs({
  options: {
    db: { type: "string" },
    shape: { type: "string", default: "1000x84x12" },
    requests: { type: "string", default: "400" },
    "no-browser": { type: "boolean", default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), "bench-view-"));
const db = values.db ?? join(folder, "view.db");
const E = "/api/e/bench-1";

/** What a screen asks for first, and what it fills in. */
const screens = [
  ["experiments", "/api/experiments", "/api/curves"],
  ["experiment", E, `${E}/sums`, `${E}/findings`, `${E}/curve`],
  ["problems", `${E}/problems?sort=name`],
  ["attempts", `${E}/attempts?sort=-id`],
  ["compare", `${E}/compare?a=8&b=9`],
  ["figure", `${E}/figure`, `${E}/curve`],
  ["a thought", `${E}/p/p500`],
  ["32,000 tokens", `${E}/p/p0`],
  ["side by side", `${E}/p/p0/vs?a=8&b=9`],
];

const filters = [
  ["setting", `${E}/attempts?point=3&sort=-id`],
  ["setting, outcome, longest", `${E}/attempts?point=3&outcome=correct&sort=-thinking_tokens`],
  ["outcome, longest of all", `${E}/attempts?outcome=incorrect&sort=-thinking_tokens`],
  ["level", `${E}/attempts?level=3&sort=-id`],
  ["problem", `${E}/attempts?problem=p77&sort=-id`],
  ["a common word", `${E}/attempts?q=Wait&sort=-id`],
  ["a common word of a setting", `${E}/attempts?said=Hmm&point=7&sort=-thinking_tokens`],
  ["a rare word", `${E}/attempts?q=w77 w78&sort=-id`],
  ["words counted in a setting", `${E}/words?point=7`],
  ["words counted in all", `${E}/words`],
  ["problems that change", `${E}/problems?show=changing&sort=flips`],
  ["problems of a level", `${E}/problems?level=2&sort=hardest`],
  ["lost between two settings", `${E}/compare?a=8&b=9&show=lost`],
];

/** Processor time of each thread of a process, and what the process holds, from the system. */
const cpuOf = (pid) =>
  new Map(
    readdirSync(`/proc/${pid}/task`).map((task) => {
      const fields = readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8").split(") ")[1].split(" ");
      return [task, (Number(fields[11]) + Number(fields[12])) * 10];
    }),
  );

/** Of all threads and of the busiest: on a busy machine the second says best how long a quiet one would take. */
function cpuSince(before, pid) {
  const spent = [...cpuOf(pid)].map(([task, now]) => now - (before.get(task) ?? 0));
  return { cpu: spent.reduce((sum, own) => sum + own, 0), busiest: Math.max(...spent) };
}

const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

async function viewer() {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../dist/cli/main.js", import.meta.url)), "view", "--db", db, "--port", "0"],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => resolve(/http:\S+?(?=\/\s)/.exec(String(text))?.[0]));
    child.on("exit", () => reject(new Error("the viewer ended")));
  });
  return { url, pid: child.pid, stop: () => child.kill() };
}

async function timed({ url, pid }, path) {
  const [cpu, start] = [cpuOf(pid), performance.now()];
  const response = await fetch(url + path);
  const text = await response.text();
  const [wall, took] = [performance.now() - start, cpuSince(cpu, pid)];
  const { searched, share } = JSON.parse(text) ?? {};
  return { status: response.status, wall, ...took, kB: text.length / 1000, whole: (searched ?? share ?? 1) === 1 };
}

/** Texts are looked through bit by bit: the same question until all of it is told. */
async function whole(own, path) {
  const start = performance.now();
  let asked = 1;
  while (!(await timed(own, path)).whole) asked++;
  return `, whole after ${asked} more in ${(performance.now() - start).toFixed(0)} ms`;
}

const shown = ({ status, wall, cpu, busiest, kB }) =>
  `${status === 200 ? "" : `${status} `}${wall.toFixed(0)} ms (CPU ${cpu}, busiest thread ${busiest}), ${kB.toFixed(0)} kB`;

/** A fixed piece of arithmetic: how long it takes says how much of a core there was. */
function calibrated() {
  const [before, start] = [process.cpuUsage().user, performance.now()];
  let sum = 0;
  for (let i = 1; i < 3e8; i++) sum += 1 / i;
  const cpu = (process.cpuUsage().user - before) / 1000;
  return `a fixed loop took ${cpu.toFixed(0)} ms of CPU in ${(performance.now() - start).toFixed(0)} ms${sum > 0 ? "" : "?"}`;
}

async function firstContent() {
  for (const [name, ...paths] of screens) {
    const own = await viewer();
    // The first answer is the first content; the sums that the viewer begins with go on in the other thread.
    const cold = [];
    for (const path of paths) cold.push(await timed(own, path));
    const warm = [];
    for (const path of paths) warm.push(await timed(own, path));
    for (const [i, path] of paths.entries())
      console.log(
        `${name.padEnd(14)} ${i === 0 ? "first" : "then "} cold ${shown(cold[i])}; warm ${shown(warm[i])}  ${path}`,
      );
    own.stop();
  }
}

async function filtered(own) {
  await timed(own, `${E}/sums`);
  for (const [name, path] of filters) {
    const first = await timed(own, path);
    const rest = first.whole ? "" : await whole(own, path);
    console.log(`filter ${name.padEnd(28)} first ${shown(first)}${rest}; again ${shown(await timed(own, path))}`);
  }
}

async function memory(own) {
  const paths = [...screens.flatMap(([, ...all]) => all), ...filters.map(([, path]) => path)];
  const held = [memoryOf(own.pid)];
  const quarter = Math.ceil(Number(values.requests) / 4);
  for (let q = 0; q < 4; q++) {
    for (let i = 0; i < quarter; i++)
      await timed(own, i % 2 === 0 ? paths[i % paths.length] : `${E}/p/p${(q * quarter + i) % 1000}?epoch=${i % 84}`);
    held.push(memoryOf(own.pid));
  }
  console.log(
    `memory, MiB: ${held.map((mib) => mib.toFixed(0)).join(", ")} after 0 to 4 quarters of ${values.requests} requests`,
  );
}

/** Processor time that the page takes for each frame, in ms, the longest first: what is drawn beside it by others is left out. */
async function tracing(browser) {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["cc", "toplevel"] },
  });
  return async () => {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    const frames = events.filter(({ name }) => name === "ProxyMain::BeginMainFrame");
    return frames.map(({ tdur = 0 }) => tdur / 1000).sort((a, b) => b - a);
  };
}

/** Frames while 20 screens of the long thought go by. */
async function scrolled(own) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);
  for (const [name, path] of [
    ["off", "/e/bench-1/p/p0?point=8"],
    ["surprise", "/e/bench-1/p/p0?point=8&heat=surprise"],
    ["reach", "/e/bench-1/p/p0?point=8&heat=reach"],
  ]) {
    const start = performance.now();
    await page.goto(own.url + path);
    await page.locator(".thought").waitFor();
    const ready = performance.now() - start;
    const traced = await tracing(browser);
    const frames = await page.evaluate(async () => {
      const longest = [];
      let last = await new Promise(requestAnimationFrame);
      for (let step = 0; step < 200; step++) {
        scrollBy(0, innerHeight / 10);
        const now = await new Promise(requestAnimationFrame);
        longest.push(now - last);
        last = now;
      }
      return { frames: longest.sort((a, b) => b - a), elements: document.querySelectorAll(".thought *").length };
    });
    const cpu = await traced();
    const at = (share) => frames.frames[Math.floor(share * (frames.frames.length - 1))].toFixed(0);
    console.log(
      `scrolling, colours ${name}: shown after ${ready.toFixed(0)} ms, ${frames.elements} elements; frames, ms: worst ${at(0)}, 95 % below ${at(0.05)}, median ${at(0.5)}; CPU of the page for a frame: most ${cpu[0]?.toFixed(0)}, median ${cpu[Math.floor(cpu.length / 2)]?.toFixed(1)}`,
    );
  }
  await browser.close();
}

try {
  if (!existsSync(db)) {
    const start = performance.now();
    const n = generateChains(db, shapeOf(values.shape));
    console.log(
      `${n.toLocaleString("en-US")} attempts written in ${((performance.now() - start) / 1000).toFixed(0)} s`,
    );
  }
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; load ${loadavg()[0].toFixed(1)}; ${calibrated()}; database ${(statSync(db).size / 2 ** 30).toFixed(1)} GiB`,
  );
  await firstContent();
  const own = await viewer();
  await filtered(own);
  await memory(own);
  if (!values["no-browser"]) await scrolled(own);
  own.stop();
  console.log(`load ${loadavg()[0].toFixed(1)}; ${calibrated()}`);
} finally {
  rmSync(folder, { recursive: true });
}

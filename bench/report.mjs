// Reports over databases of a million generated attempts: time by phase, peak memory and sizes of what is written.
// npm run build && node bench/report.mjs [SHAPE...]     a shape is problems x epochs x points [x experiments], e.g. 1000x84x12
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { generate, namesOf, shapeOf } from "./report-database.mjs";

/** The last two show how the time grows from 100,000 attempts to a million of the same shape. */
const usual = [
  "1000x84x12",
  "50000x2x10",
  "100000x1x10",
  "30x4000x8",
  "500x4x500",
  "1000x42x12x2",
  "25000x1x20x2",
  "5000x2x10",
  "50000x2x10",
];
const shapes = process.argv.length > 2 ? process.argv.slice(2) : usual;

/** A fixed piece of arithmetic: how long it takes says how much of a core there was. */
function calibrated() {
  const { user: before } = process.cpuUsage();
  const start = performance.now();
  let sum = 0;
  for (let i = 1; i < 3e8; i++) sum += 1 / i;
  return { wall: performance.now() - start, cpu: (process.cpuUsage().user - before) / 1000, sum };
}

function measured(text) {
  const folder = mkdtempSync(join(tmpdir(), "bench-report-"));
  try {
    const shape = shapeOf(text);
    const attempts = generate(join(folder, "bench.db"), shape);
    const script = new URL("report-phases.mjs", import.meta.url).pathname;
    const told = JSON.parse(
      execFileSync(process.execPath, [script, join(folder, "bench.db"), join(folder, "report"), ...namesOf(shape)], {
        encoding: "utf8",
      }),
    );
    return {
      shape: text,
      attempts,
      database: `${(statSync(join(folder, "bench.db")).size / 2 ** 20).toFixed(0)} MiB`,
      ...told,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { wall, cpu } = calibrated();
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; load ${loadavg()[0].toFixed(1)}; a fixed loop took ${cpu.toFixed(0)} ms of CPU in ${wall.toFixed(0)} ms`,
);
for (const shape of shapes)
  console.log(
    Object.entries(measured(shape))
      .map(([name, value]) => `${name} ${typeof value === "number" ? value.toLocaleString("en-US") : value}`)
      .join(", ") + `, load ${loadavg()[0].toFixed(1)}`,
  );

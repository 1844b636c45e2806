// Exports of a database of a million generated attempts: processor time and size of each format.
// npm run build && node bench/export.mjs [SHAPE] [TABLE...]     a shape is problems x epochs x points, e.g. 1000x84x12
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { generate, shapeOf } from "./report-database.mjs";

const [shape = "1000x84x12", ...tables] = process.argv.slice(2);
const bin = new URL("../bin/overthink.cjs", import.meta.url).pathname;

/** A process says at its end what it took. */
const told =
  "data:text/javascript,process.on('exit',()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();" +
  "console.error(JSON.stringify({user:u/1e6,system:s/1e6,peak:m/1024}))})";

function measured(db, out, [table, format]) {
  const args = ["--import", told, bin, "export", "--db", db, "--table", table, "--format", format, "--out", out];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const { user, system, peak } = JSON.parse(stderr.trim().split("\n").at(-1));
  return (
    `${table}, ${format}: CPU ${(user + system).toFixed(1)} s (${system.toFixed(1)} s of it in the system), ` +
    `peak ${peak.toFixed(0)} MiB, file ${(statSync(out).size / 2 ** 20).toFixed(0)} MiB, load ${loadavg()[0].toFixed(1)}`
  );
}

const folder = mkdtempSync(join(tmpdir(), "bench-export-"));
try {
  const db = join(folder, "bench.db");
  const attempts = generate(db, shapeOf(shape));
  console.log(`${cpus()[0].model}, Node ${process.version}: ${attempts.toLocaleString("en-US")} attempts of ${shape}`);
  for (const table of tables.length > 0 ? tables : ["attempts"])
    for (const format of ["csv", "jsonl", "parquet"]) console.log(measured(db, join(folder, "out"), [table, format]));
} finally {
  rmSync(folder, { recursive: true });
}

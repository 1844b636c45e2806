// Merges shards of generated attempts in a process of its own, and prints its time and its peak memory.
// Usage: node bench/merge.mjs [SHARDS] [SHAPE of a shard, problems x epochs x points]
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, shapeOf } from "./report-database.mjs";

if (process.send) {
  const { mergeDatabases } = await import("../dist/app/merge.js");
  const [into, ...shards] = process.argv.slice(2);
  const begun = performance.now();
  const { attempts } = await mergeDatabases(shards, { into });
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  process.send({ attempts, cpu, wall: (performance.now() - begun) / 1000, peak: maxRSS / 1024 });
  process.disconnect();
} else {
  const folder = mkdtempSync(join(tmpdir(), "overthink-merge-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const shape = shapeOf(process.argv[3] ?? "1000x84x12");
  const paths = Array.from({ length: Number(process.argv[2] ?? 3) }, (_, at) => join(folder, `${at}.db`));
  for (const [at, path] of paths.entries()) generate(path, shape, at * shape.epochs);
  const into = join(folder, "all.db");
  const child = fork(import.meta.filename, [into, ...paths]);
  const { attempts, cpu, wall, peak } = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`merge ended with ${code}`)));
  });
  const megabytes = (path) => Math.round(statSync(path).size / 1e6);
  console.log(`${attempts} attempts of ${paths.length} shards of ${megabytes(paths[0])} MB into ${megabytes(into)} MB`);
  console.log(`${cpu.toFixed(1)} s of CPU, ${wall.toFixed(1)} s, peak memory ${Math.round(peak)} MiB`);
}

// Feeds the commands with what strangers could have made: each case has to end in less than 2 s of the processor, its
// children's included (for each database that `view --bundle` draws), where the command itself starts in 0.3 s (which is
// measured before each kind), and 500 MB, with one line for each fault, no stack, and the exit code of its kind. Known
// cases first, then made-up ones; the same for a seed.
//
//   npm run fuzz [-- --seed N] [--count N] [--only KIND] [--short]      about 20 minutes; exits 1 where a case ended otherwise
import { parseArgs } from "node:util";
import { kinds } from "./fuzz/kinds.mjs";
import { limits, runCase, slowness } from "./fuzz/run-case.mjs";
import { randomOf } from "./fuzz/random.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "30" },
    only: { type: "string" },
    short: { type: "boolean", default: false },
  },
});

// On a machine full of other work the same work takes several times the time of the processor; what hangs is found all the same.
if (values.short) limits.ms *= 5;

let failed = 0;
for (const [name, make] of Object.entries(kinds)) {
  if (values.only !== undefined && values.only !== name) continue;
  const start = performance.now();
  const random = randomOf(Number(values.seed));
  const { cases: all, close } = await make(random, values.short ? 2 : Number(values.count));
  const cases = values.short ? [random.oneOf(all), ...all.slice(-2)] : all;
  const slow = values.short ? 1 : await slowness();
  const most = { ms: 0, mb: 0 };
  const faults = [];
  for (const one of cases) {
    const { fault, ms, mb } = await runCase(one, slow);
    most.ms = Math.max(most.ms, ms);
    most.mb = Math.max(most.mb, mb);
    if (fault !== null) faults.push(`${one.name}: ${fault}`);
  }
  await close?.();
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(
    `${name.padEnd(10)} ${cases.length} cases, ${faults.length} faults; at most ${most.ms} ms and ${most.mb} MB; ${seconds} s`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  failed += faults.length;
}
process.exitCode = failed > 0 ? 1 : 0;

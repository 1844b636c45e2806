// Runs under fire: killed, stopped, out of disk, two at once, with a clock that jumps. Each has to end in the database of an undisturbed run:
// the same attempts token by token, decoded tokens / distinct tokens = 1.00, `PRAGMA integrity_check` ok, nothing left behind.
//
//   npm run build && node scripts/under-fire.mjs [--seed N] [--kills N] [--disk N] [--server N] [--same N] [--different N] [--clocks N]
//
// Counts left out are those of the long form, some twenty minutes; once one is given, the others are 0. Exits 1 where anything went wrong.
import { parseArgs } from "node:util";
import { dice } from "./under-fire/lab.mjs";
import * as trials from "./under-fire/trials.mjs";

const long = { kills: 200, disk: 40, server: 20, same: 30, different: 30, clocks: 20 };
const names = Object.keys(long);
const options = Object.fromEntries([...names, "seed"].map((name) => [name, { type: "string" }]));
const { values } = parseArgs({ options });
const isChosen = names.some((name) => values[name] !== undefined);

let failed = 0;
for (const name of names) {
  const count = Number(values[name] ?? (isChosen ? 0 : long[name]));
  if (count === 0) continue;
  const start = performance.now();
  const { did, faults } = await trials[name](count, dice(Number(values.seed ?? 1)));
  console.log(
    `${name.padEnd(10)} ${did}: ${faults.length} faults, ${Math.round((performance.now() - start) / 1000)} s`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  failed += faults.length;
}
process.exitCode = failed > 0 ? 1 : 0;

#!/usr/bin/env bash
# Runs examples/cluster/ray_shards.py on a Ray cluster of two nodes on this machine, kills the run of one shard with -9, and compares the
# merged database with one undisturbed run, token by token: scripts/cluster/ray.sh [PYTHON with ray]
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:-python3}
ray=$(dirname "$(command -v "$python")")/ray
sweep=$PWD/experiments/pico-figure1.yaml
folder=$(mktemp -d)
trap '"$ray" stop --force > /dev/null 2>&1; rm -rf "$folder"' EXIT
export OVERTHINK="node $PWD/bin/overthink.cjs"

node bin/overthink.cjs run "$sweep" --db "$folder/alone.db" > /dev/null 2>&1

join() { "$ray" start --num-cpus=1 --disable-usage-stats "$@" > "$folder/start.log" 2>&1 || { cat "$folder/start.log" >&2; exit 1; }; }
join --head --port=6399 --include-dashboard=false
join --address=127.0.0.1:6399
"$python" examples/cluster/ray_shards.py "$sweep" 4 "$folder" > "$folder/out.txt" 2> "$folder/err.txt" &
driver=$!

# Once a shard has stored something its run dies.
until pid=$(pgrep -f "^node .*run $sweep .*--shard 1/4") && [ -s "$folder/shard-1.db-wal" ]; do
  kill -0 $driver || { cat "$folder/err.txt" >&2; exit 1; }
  sleep 0.1
done
sleep 1
kill -9 "$pid" && echo "killed the run of shard 1"
wait $driver || { cat "$folder/out.txt" "$folder/err.txt" >&2; exit 1; }
cat "$folder/out.txt"
node bin/overthink.cjs merge "$folder"/shard-*.db --into "$folder/all.db"
node --input-type=module -e '
  import { attemptsIn, compare, tokensIn } from "./scripts/cluster/compare.mjs";
  const [all, alone] = process.argv.slice(1);
  const faults = compare(all, alone);
  console.log(`${attemptsIn(all)} attempts, ${tokensIn(all)} tokens: ${faults.join(", ") || "equal to the undisturbed run"}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
' "$folder/all.db" "$folder/alone.db"

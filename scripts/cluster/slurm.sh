#!/usr/bin/env bash
# Slurm for real on one machine: `npm run build && bash scripts/cluster/slurm.sh [PROBLEMS]`. As root; needs slurmctld, slurmd, munged (Debian: slurm-wlm munge).
#
# A cluster of one node is set up aside and torn down. Two job arrays of 4 shards run as users would run them, by examples/cluster: pico-figure1 in
# process (slurm-array.sh), and an experiment over HTTP with a server beside each task (slurm-vllm.sh; `overthink serve` stands for vLLM). Of the first one
# task is killed with -9 and one runs out of time; of the second one task's server is killed, and comes back at another port. All three must be requeued,
# and the merged databases must hold what one undisturbed run holds: attempts, ids, decoded tokens.
set -uo pipefail
limit=${1:-300} # of pico-figure1
root=$(cd "$(dirname "$0")/../.." && pwd)
D=$(mktemp -d /tmp/overthink-slurm-XXXX)
H=$(hostname -s)
node=$(command -v node)
cd "$D"
mkdir -p run state spool log
dd if=/dev/urandom of=munge.key bs=1024 count=1 2>/dev/null; chmod 400 munge.key; chmod 755 "$D"
cat > slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$H(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$D/run/munge.sock
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
KillWait=10
NodeName=$H NodeAddr=127.0.0.1 CPUs=4 CoresPerSocket=4 RealMemory=4000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE
CONF
export SLURM_CONF=$D/slurm.conf NO_COLOR=1
stop() {
  scancel -u root 2>/dev/null
  for _ in $(seq 20); do [ -z "$(squeue -h 2>/dev/null)" ] && break; sleep 1; done
  for pid in $(cat run/slurmd.pid run/slurmctld.pid run/munged.pid 2>/dev/null); do kill "$pid" 2>/dev/null; done
  sleep 1; rm -rf "$D"
}
trap stop EXIT
munged --force --key-file="$D/munge.key" --socket="$D/run/munge.sock" --pid-file="$D/run/munged.pid" --log-file="$D/log/munged.log" --seed-file="$D/run/seed"
slurmctld -L log/slurmctld.log; sleep 2; slurmd -N "$H" -L log/slurmd.log; sleep 2
sinfo || { echo "no cluster: see the logs"; cat log/*.log | tail -20; exit 1; }

export OVERTHINK=$root/bin/overthink.cjs UV_THREADPOOL_SIZE=1
ln -s "$root/experiments" "$root/models" . # a task's folder is the one that it was handed in from
cat > served.yaml <<YAML
name: served
models:
  - { name: pico, engine: openai, base_url: http://127.0.0.1:1/v1, model: pico, dialect: vllm, format: pico, timeouts: { total: 60, stall: 20 } }
datasets:
  - { name: arithmetic, limit: 32 }
methods:
  - budget-forcing: { max_thinking_tokens: [0, 16, 64, null] }
  - budget-forcing: { ignore_ends: [1, 4], continuation: Wait }
sampling: { temperature: 0, seed: 1, max_answer_tokens: 8 }
YAML
export SERVE="$node $OVERTHINK serve $root/experiments/pico-budgets.yaml"
stored() { "$node" -e 'const D = require(process.argv[1]); try { console.log(new D(process.argv[2], { readonly: true }).prepare("select count(*) from attempts").pluck().get()) } catch { console.log(0) }' "$root/node_modules/better-sqlite3" "$1"; }
until_stored() { for _ in $(seq 240); do [ "$(stored "$1")" -gt "$2" ] && break; sleep 0.5; done; }
worker() { pgrep -f "^node $OVERTHINK run .*--db $1 "; } # DATABASE

echo "== pico-figure1, 4 shards"
first=$(sbatch --parsable -J figure1 --signal=B:TERM@60 "$root/examples/cluster/slurm-array.sh" "$root/experiments/pico-figure1.yaml" --concurrency 1 --limit "$limit")
until_stored figure1-2.db 20
held=$(worker figure1-2.db); kill -STOP "$held" # until its time is over, however fast this machine is
until_stored figure1-1.db 20
kill -9 "$(worker figure1-1.db)"; echo "task ${first}_1 killed with -9, $(stored figure1-1.db) attempts stored"
# Limits are whole minutes; Slurm signals when at most 90 seconds are left.
until squeue -h -j "${first}_2" -o %M | grep -q ':[34].$'; do sleep 1; done
minutes=$(squeue -h -j "${first}_2" -o %M | sed 's/:.*//')
scontrol update jobid="${first}_2" timelimit=$((minutes + 2)); echo "task ${first}_2 given $((minutes + 2)) minutes in all, $(stored figure1-2.db) attempts stored"
sleep 40; kill -CONT "$held"
for _ in $(seq 240); do grep -q '^exit ' "figure1_${first}_2.out" && break; sleep 0.5; done
for _ in $(seq 40); do scontrol update jobid="${first}_2" timelimit=60 2> /dev/null && break; sleep 0.5; done # once it waits again
echo "it stopped with $(stored figure1-2.db) attempts stored"

echo "== over HTTP, with a server beside each task"
second=$(sbatch --parsable -J served --gpus=0 "$root/examples/cluster/slurm-vllm.sh" served.yaml)
until_stored served-0.db 5
port=$(sed -n 's/.* at port //p' "served_${second}_0.out")
kill -9 "$(pgrep -f "serve .*--port $port")"; echo "the server of task ${second}_0 at port $port killed, $(stored served-0.db) attempts stored"

# A requeued task waits two minutes (BeginTime); here nobody has to.
for _ in $(seq 500); do
  for job in $(squeue -h -t PENDING -o %i); do scontrol update jobid="$job" starttime=now 2> /dev/null; done
  [ -z "$(squeue -h)" ] && break; sleep 1
done
squeue
grep -hE '^(start|exit) ' "figure1_${first}"_*.out "served_${second}"_*.out
faults=0
for log in "figure1_${first}_1.out:exit 137" "figure1_${first}_2.out:exit 130" "served_${second}_0.out:exit 130"; do
  grep -q "^${log#*:}" "${log%%:*}" && grep -q '^start 1 ' "${log%%:*}" || { echo "FAULT ${log%%:*}: no ${log#*:} and requeue"; faults=1; }
done
for log in *.out; do [ "$(grep '^exit ' "$log" | tail -n 1)" = "exit 0" ] || { echo "FAULT $log did not end with 0"; tail -n 5 "$log"; faults=1; }; done

echo "== merged, against one undisturbed run"
"$node" "$OVERTHINK" merge figure1-?.db --into figure1.db
"$node" "$OVERTHINK" run "$root/experiments/pico-figure1.yaml" --limit "$limit" --db figure1-whole.db > /dev/null 2>&1
"$node" "$OVERTHINK" merge served-?.db --into served.db
$SERVE --port 18102 > serve.log 2>&1 & server=$!
for _ in $(seq 120); do curl -sf http://127.0.0.1:18102/health > /dev/null && break; sleep 0.5; done
"$node" "$OVERTHINK" run served.yaml --set models.0.base_url=http://127.0.0.1:18102/v1 --db served-whole.db > /dev/null 2>&1
kill $server
cat > compare.mjs <<JS
import { attemptsIn, compare, tokensIn } from "$root/scripts/cluster/compare.mjs";
let failed = 0;
for (const name of ["figure1", "served"]) {
  const faults = compare(name + ".db", name + "-whole.db");
  console.log(name + ": " + attemptsIn(name + ".db") + " attempts, " + tokensIn(name + ".db") + " tokens; " + (faults.length === 0 ? "equal to the undisturbed run" : faults.join(", ")));
  failed += faults.length;
}
process.exit(failed > 0 ? 1 : 0);
JS
"$node" compare.mjs || faults=1
exit $faults

#!/usr/bin/env bash
# Slurm for real on one machine: `npm run build && bash scripts/cluster/slurm.sh`. As root; needs slurmctld, slurmd, munged (Debian: slurm-wlm munge).
#
# A cluster of one node is set up aside and torn down. Two job arrays of 4 shards run by the recipe of docs/cluster.md: pico-figure1 in process, and an
# experiment over HTTP. Of the first one task is killed with -9 and one runs out of time; of the second a task's server comes back at another port. All
# are requeued, and the merged databases must hold what one undisturbed run holds: attempts, ids, decoded tokens.
set -uo pipefail
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
servers=()
stop() {
  scancel --state=PENDING,RUNNING -u root 2>/dev/null; sleep 1
  for pid in "${servers[@]}" $(cat run/slurmd.pid run/slurmctld.pid run/munged.pid 2>/dev/null); do kill "$pid" 2>/dev/null; done
  sleep 1; rm -rf "$D"
}
trap stop EXIT
munged --force --key-file="$D/munge.key" --socket="$D/run/munge.sock" --pid-file="$D/run/munged.pid" --log-file="$D/log/munged.log" --seed-file="$D/run/seed"
slurmctld -L log/slurmctld.log; sleep 2; slurmd -N "$H" -L log/slurmd.log; sleep 2
sinfo || { echo "no cluster: see the logs"; cat log/*.log | tail -20; exit 1; }

# The recipe of docs/cluster.md.
cat > array.sh <<'JOB'
#!/bin/bash
#SBATCH --array=0-3%4 --time=02:00:00 --signal=B:TERM@60 --requeue --open-mode=append --output=%A_%a.out
me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
$NODE $BIN run $EXPERIMENT --db $NAME-$SLURM_ARRAY_TASK_ID.db --shard $SLURM_ARRAY_TASK_ID/4 $MORE &
pid=$!; echo $pid > $NAME-$SLURM_ARRAY_TASK_ID.pid; trap 'kill -TERM $pid' TERM
wait $pid; rc=$?; [ $rc -eq 143 ] && { wait $pid; rc=$?; }
case $rc in 75|130|137|139) [ "$(squeue -h -j $me -o %T)" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ] && scontrol requeue "$me" ;; esac
exit $rc
JOB

# The address is looked up at each start: a server may be anywhere.
cat > http.sh <<'JOB'
#!/bin/bash
export MORE="--set models.0.base_url=http://127.0.0.1:$(cat port)/v1"
JOB
sed -n '/^#SBATCH/p' array.sh > head; { echo '#!/bin/bash'; cat head; tail -n +2 http.sh; grep -v '^#' array.sh; } > http-array.sh

export NODE=$node BIN=$root/bin/overthink.cjs UV_THREADPOOL_SIZE=1
cat > slow.yaml <<YAML
name: served
models:
  - { name: pico, engine: openai, base_url: http://127.0.0.1:1/v1, model: pico, dialect: vllm, format: pico, timeouts: { total: 60, stall: 20, patience: 8 } }
datasets:
  - { name: arithmetic, limit: 60 }
methods:
  - budget-forcing: { max_thinking_tokens: [0, 16, 64, null] }
  - budget-forcing: { ignore_ends: [1, 4], continuation: Wait }
sampling: { temperature: 0, seed: 1, max_answer_tokens: 8 }
YAML
serve() { # PORT
  $NODE "$BIN" serve "$root/experiments/pico-budgets.yaml" --port "$1" > "serve-$1.log" 2>&1 & servers+=($!)
  for _ in $(seq 60); do curl -sf "http://127.0.0.1:$1/health" > /dev/null && break; sleep 0.5; done
}
stored() { $NODE -e 'const D = require(process.argv[1]); try { console.log(new D(process.argv[2], { readonly: true }).prepare("select count(*) from attempts").pluck().get()) } catch { console.log(0) }' "$root/node_modules/better-sqlite3" "$1"; }

echo "== pico-figure1, 4 shards"
export EXPERIMENT=$root/experiments/pico-figure1.yaml NAME=figure1 MORE="--limit 120 --concurrency 2"
first=$(sbatch --parsable array.sh); echo "array $first"
for _ in $(seq 240); do [ "$(stored figure1-1.db)" -gt 3 ] && [ "$(stored figure1-2.db)" -gt 3 ] && break; sleep 0.5; done
kill -9 "$(cat figure1-1.pid)"; echo "task 1 killed with -9, $(stored figure1-1.db) attempts stored"
scontrol update jobid="${first}_2" timelimit=1; echo "task 2 given 1 minute in all"
echo "== the same over HTTP, from another array"
serve 18101
echo 18101 > port
export EXPERIMENT=$D/slow.yaml NAME=served MORE=
second=$(sbatch --parsable http-array.sh); echo "array $second"
for _ in $(seq 240); do [ "$(stored served-0.db)" -gt 3 ] && break; sleep 0.5; done
echo "$(stored served-0.db) attempts in shard 0; its server goes to another port"
serve 18102; echo 18102 > port
kill "${servers[0]}"

# A requeued task waits two minutes (BeginTime); here nobody has to.
for _ in $(seq 400); do
  for job in $(squeue -h -t PENDING -o %i); do scontrol update jobid="$job" starttime=now 2>/dev/null; done
  [ -z "$(squeue -h)" ] && break; sleep 1
done
squeue
for task in "${first}_1" "${first}_2" "${second}_0"; do sacct -n -j "$task" -D -o JobID,State,ExitCode 2>/dev/null; done
grep -h "requeue\|TIME LIMIT\|Killed" log/slurmctld.log | sed 's/^\[[^]]*\] //' | sort | uniq -c | head -20

echo "== merged, against one undisturbed run"
"$node" "$BIN" merge figure1-*.db --into figure1.db
"$node" "$BIN" run "$root/experiments/pico-figure1.yaml" --limit 120 --db figure1-whole.db > /dev/null 2>&1
"$node" "$BIN" merge served-*.db --into served.db
"$node" "$BIN" run slow.yaml --set models.0.base_url=http://127.0.0.1:18102/v1 --db served-whole.db > /dev/null 2>&1
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
"$node" compare.mjs; rc=$?
[ $rc -eq 0 ] || tail -n 5 ./*.out
exit $rc

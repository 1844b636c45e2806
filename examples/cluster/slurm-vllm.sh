#!/bin/bash
# A job array with a vLLM server beside each worker: `sbatch -J sweep slurm-vllm.sh sweep.yaml`; the first model of sweep.yaml is the one that is served.
# A server that dies, or a node, has the task requeued; its next server may be anywhere, and the shard goes on.
#SBATCH --array=0-3 --gpus=1 --time=02:00:00 --signal=B:TERM@180 --requeue --open-mode=append --output=%x_%A_%a.out
SHARDS=4
SERVE=${SERVE:-vllm serve simplescaling/s1.1-32B --enable-prompt-tokens-details}
OVERTHINK=${OVERTHINK:-$(npm root -g)/overthink/bin/overthink.cjs}
me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
port=$((20000 + RANDOM % 10000)) # tasks of one node must not meet
echo "start ${SLURM_RESTART_COUNT:-0} of $me on $(hostname -s), its server at port $port"

again() { # EXIT-CODE
  [ "$(squeue -h -j "$me" -o %T)" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ] && scontrol requeue "$me"
  exit "$1"
}

$SERVE --port $port >> "$SLURM_JOB_NAME-server-$SLURM_ARRAY_TASK_ID.log" 2>&1 &
server=$!
trap 'kill $server $watch 2> /dev/null' EXIT
trap 'again 130' TERM
until curl -sf "http://127.0.0.1:$port/health" > /dev/null; do
  kill -0 $server 2> /dev/null || { echo "the server did not start"; again 1; }
  sleep 1
done

node "$OVERTHINK" run "$@" --set "models.0.base_url=http://127.0.0.1:$port/v1" \
  --db "$SLURM_JOB_NAME-$SLURM_ARRAY_TASK_ID.db" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" &
pid=$!
trap 'kill -TERM $pid' TERM
# Without its server the run has nothing left to ask.
{ while kill -0 $server 2> /dev/null; do sleep 2; done; kill -TERM $pid; } &
watch=$!
wait $pid; rc=$?
while kill -0 $pid 2> /dev/null; do wait $pid; rc=$?; done # each SIGTERM ends a wait
echo "exit $rc"
case $rc in 1 | 75 | 130 | 137 | 139 | 143) again $rc ;; esac
exit $rc

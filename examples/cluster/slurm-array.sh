#!/bin/bash
# A sweep as a job array of 4 shards, with a model in the process or a server elsewhere: `sbatch -J sweep slurm-array.sh sweep.yaml`
# When all have ended: `overthink merge sweep-*.db --into all.db`. For another number of shards change 0-3 and SHARDS, before the first start.
#SBATCH --array=0-3 --time=02:00:00 --signal=B:TERM@180 --requeue --open-mode=append --output=%x_%A_%a.out
SHARDS=4
# node itself: npx dies of SIGTERM, and leaves node running.
OVERTHINK=${OVERTHINK:-$(npm root -g)/overthink/bin/overthink.cjs}
me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
echo "start ${SLURM_RESTART_COUNT:-0} of $me on $(hostname -s)"

node "$OVERTHINK" run "$@" --db "$SLURM_JOB_NAME-$SLURM_ARRAY_TASK_ID.db" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" &
pid=$!
trap 'kill -TERM $pid' TERM
wait $pid; rc=$?
while kill -0 $pid 2> /dev/null; do wait $pid; rc=$?; done # each SIGTERM ends a wait
echo "exit $rc"

# Failed attempts, a ceiling, stopped, killed, crashed: the same command goes on. A task that was cancelled is not RUNNING any more.
case $rc in 1 | 75 | 130 | 137 | 139 | 143)
  [ "$(squeue -h -j "$me" -o %T)" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ] && scontrol requeue "$me" ;;
esac
exit $rc

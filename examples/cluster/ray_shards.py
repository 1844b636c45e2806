"""A sweep as tasks of a Ray cluster, one a shard: `python ray_shards.py sweep.yaml 4 [FOLDER]`. Needs `ray`, and overthink on every node.

FOLDER is one that all nodes see, or the files are collected afterwards; `overthink merge FOLDER/shard-*.db --into all.db` joins them.
"""
import os, subprocess, sys
import ray

sweep, shards, folder = sys.argv[1], int(sys.argv[2]), os.path.abspath(sys.argv[3] if len(sys.argv) > 3 else ".")
command = os.environ.get("OVERTHINK", "overthink").split()
again = {1, 75, 130, -9, -11}  # failed attempts, a ceiling, stopped, killed, crashed: the same command goes on

@ray.remote(num_cpus=1, max_retries=20)  # num_gpus=1 with a server beside it; max_retries: nodes that die
def shard(at):
    for _ in range(20):
        run = [*command, "run", os.path.abspath(sweep), "--db", f"{folder}/shard-{at}.db", "--shard", f"{at}/{shards}"]
        code = subprocess.run(run, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
        if code not in again:
            break
    return at, code, ray.get_runtime_context().get_node_id()[:8]

ray.init(address="auto")
ended = ray.get([shard.remote(at) for at in range(shards)])
for at, code, node in ended:
    print(f"shard {at} ended with {code} on node {node}")
sys.exit(max(code for _, code, _ in ended))

"""inspect_ai at its defaults. Prints the accuracy of each provider as JSON."""
import json, os, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import exact
from inspect_ai.solver import generate

url, model, path, logs = sys.argv[1:]
os.environ.update({"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"{url}/v1"})
os.environ.update({"OVERTHINK_API_KEY": "none", "OVERTHINK_BASE_URL": f"{url}/v1"})
rows = json.load(open(path))
samples = [Sample(input=row["problem"], target=row["answer"]) for row in rows]
task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=exact())


def accuracy(provider):
    [log] = eval(task, model=f"{provider}/{model}", display="none", log_dir=logs, temperature=0)
    if log.status != "success":
        raise SystemExit(f"{provider}: {log.error.message if log.error else log.status}")
    return log.results.scores[0].metrics["mean"].value


print(json.dumps({f"inspect_ai {provider}": accuracy(provider) for provider in ["openai", "openai-api/overthink"]}))

"""A process reward model of the Hub as a scorer for `rebase`, `beam`, `dvts` and `overthink study --scorer`.

    pip install torch transformers
    python examples/reward-server.py --model Qwen/Qwen2.5-Math-PRM-7B --port 9000

    - beam: { width: 16, scorer: { url: "http://127.0.0.1:9000/score" } }

It takes `POST /score` with {"items": [{"problem": ..., "response": ...}]} and answers with one score from 0 to 1 for each, the
tokens that it read for each, and its number of parameters, which enter the bill. A thought is parted at blank lines; the mark of
the model stands behind each step, and the last step's chance of being right is the score.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

STEP = "<extra_0>"
SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}."


def steps_of(response: str) -> list[str]:
    """The steps of a thought as far as it goes; never none."""
    return [step for step in response.split("\n\n") if step.strip()] or [response]


class PrmScorer:
    """Qwen2.5-Math-PRM and models like it: two logits at each mark, wrong and right."""

    def __init__(self, name: str):
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.torch = torch
        self.tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=True)
        self.model = AutoModel.from_pretrained(
            name, device_map="auto", torch_dtype=torch.bfloat16, trust_remote_code=True
        ).eval()
        self.parameters = sum(weights.numel() for weights in self.model.parameters())
        self.mark = self.tokenizer.encode(STEP, add_special_tokens=False)[0]

    def score(self, problem: str, response: str) -> tuple[float, int]:
        messages = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": problem},
            {"role": "assistant", "content": STEP.join(steps_of(response)) + STEP},
        ]
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=False)
        ids = self.tokenizer.encode(text, return_tensors="pt").to(self.model.device)
        with self.torch.no_grad():
            logits = self.model(input_ids=ids)[0]
        last = (ids[0] == self.mark).nonzero()[-1, 0]
        return self.torch.softmax(logits[0, last].float(), dim=-1)[1].item(), ids.shape[1]


def answer(scorer, items: list[dict]) -> dict:
    """What is sent back for the items of one request."""
    told = [scorer.score(item["problem"], item["response"]) for item in items]
    return {
        "scores": [score for score, _ in told],
        "tokens": [tokens for _, tokens in told],
        "parameters": scorer.parameters,
    }


def handler_for(scorer):
    lock = Lock()  # one model, one text at a time

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                items = json.loads(self.rfile.read(int(self.headers["content-length"])))["items"]
                with lock:
                    status, body = 200, answer(scorer, items)
            except (KeyError, TypeError, ValueError) as fault:
                status, body = 400, {"error": f"expected {{'items': [{{'problem', 'response'}}]}}: {fault}"}
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_):
            pass

    return Handler


def serve(scorer, port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), handler_for(scorer))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="Qwen/Qwen2.5-Math-PRM-7B")
    parser.add_argument("--port", type=int, default=9000)
    options = parser.parse_args()
    serve(PrmScorer(options.model), options.port).serve_forever()

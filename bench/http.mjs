// What the engine `openai` costs per request: CPU and memory at 256 in flight against a server that answers at once.
//
//   npm run build && node --expose-gc bench/http.mjs [REQUESTS] [IN_FLIGHT] [TOKENS]
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const [requests = 10_000, inFlight = 256, tokens = 8] = process.argv.slice(2).map(Number);

/** vLLM's answers, written beforehand: the other side of the socket is another process, whose time is not counted. */
const serve = (count) => {
  const chunk = (ids, finish) =>
    `data: ${JSON.stringify({ id: "1", object: "text_completion", created: 1, model: "bench", choices: [{ index: 0, text: "", token_ids: ids, finish_reason: finish, stop_reason: null }], usage: null })}\n\n`;
  const parts = Array.from({ length: count }, (_, at) => chunk([at], at === count - 1 ? "length" : null)).join("");
  const one = chunk([0], "length");
  const usage = (read, written) =>
    `data: ${JSON.stringify({ id: "1", choices: [], usage: { prompt_tokens: read, completion_tokens: written } })}\n\ndata: [DONE]\n\n`;
  const json = (value) => JSON.stringify(value);
  const routes = {
    "/v1/models": () => json({ data: [{ id: "bench", max_model_len: 4096 }] }),
    "/tokenize": () => json({ tokens: [1, 2, 3], count: 3, max_model_len: 4096 }),
    "/v1/completions": (body) => {
      const { prompt, max_tokens } = JSON.parse(body);
      return (max_tokens === 1 ? one : parts) + usage(prompt.length, max_tokens === 1 ? 1 : count);
    },
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      const route = routes[request.url];
      response.writeHead(route ? 200 : 404, {
        "content-type": request.url === "/v1/completions" ? "text/event-stream" : "application/json",
      });
      response.end(route ? route(body) : "{}");
    });
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
};

const measure = async (port) => {
  const { createOpenAIEngine } = await import("../dist/adapters/engine/openai/engine.js");
  let tries = 0;
  const engine = await createOpenAIEngine(
    { base_url: `http://127.0.0.1:${port}`, model: "bench", dialect: "vllm", concurrency: inFlight },
    {},
    { onTry: () => (tries += 1) },
  );
  const signal = new AbortController().signal;
  const prefix = Array.from({ length: 500 }, (_, at) => at);
  const span = {
    prefix,
    maxTokens: tokens,
    minTokens: 0,
    stops: [[99_999]],
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
    seed: 1,
  };
  const run = async (count) => {
    let next = 0;
    const worker = async () => {
      while (next < count) await engine.generate(span, { signal, chain: `chain ${next++}`, onTokens: () => {} });
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  };
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  await run(1000);
  const heaps = [heap()];
  const before = process.cpuUsage();
  const started = performance.now();
  for (let part = 0; part < 4; part += 1) {
    await run(requests / 4);
    heaps.push(heap());
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  const line = (name, value) => process.stdout.write(`${name.padEnd(28)}${value}\n`);
  line("machine", `${cpus()[0]?.model}, Node ${process.version}`);
  line("requests", `${requests} of ${tokens} tokens, ${inFlight} in flight, prefix of ${prefix.length} ids`);
  line("tries", tries);
  line("CPU per request", `${((user + system) / 1000 / requests).toFixed(3)} ms`);
  line("requests per second", Math.round(requests / seconds));
  line("heap after each quarter", `${heaps.map((size) => size.toFixed(1)).join(", ")} MiB`);
  line("resident", `${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
  await engine.close();
};

if (process.argv[2] === "serve") serve(Number(process.argv[3]));
else {
  const server = fork(fileURLToPath(import.meta.url), ["serve", String(tokens)]);
  server.once("message", (port) => measure(port).finally(() => server.kill()));
}

// A server of vLLM's protocol that answers at once, with answers written beforehand: what is left is the cost of the client.
//   node bench/instant-server.mjs THINKING_TOKENS ANSWER_TOKENS      (in a process of its own; sends its port)
import { createServer } from "node:http";

const [thinking = 32, answer = 4] = process.argv.slice(2).map(Number);
const [bos, eos, thinkStart, thinkEnd] = [0, 1, 2, 3];
const marks = { "<s>": bos, "</s>": eos, "<think>": thinkStart, "</think>": thinkEnd };
const texts = Object.keys(marks);
/** Any other character is its code point, past the marks. */
const first = 8;
const read = (text) =>
  text
    .split(/(<\/?(?:s|think)>)/)
    .flatMap((part) => (part in marks ? [marks[part]] : Array.from(part, (sign) => first + sign.codePointAt(0))));
const write = (ids) => ids.map((id) => texts[id] ?? (id < first ? "?" : String.fromCodePoint(id - first))).join("");

const counts = {};
const count = (route) => (counts[route] = (counts[route] ?? 0) + 1);

const chunk = (fields) => `data: ${JSON.stringify(fields)}\n\n`;
const choice = (ids, finish, reason) => ({
  id: "1",
  object: "text_completion",
  created: 1,
  model: "bench",
  choices: [
    {
      index: 0,
      text: "",
      logprobs: null,
      finish_reason: finish,
      stop_reason: reason,
      token_ids: ids,
      prompt_token_ids: null,
    },
  ],
  usage: null,
});

/** Seven tokens an event, as a server does whose client is slower than itself. */
const perEvent = 7;
const stream = (ids, end) => {
  let text = "";
  for (let at = 0; at < ids.length; at += perEvent) {
    const last = at + perEvent >= ids.length;
    text += chunk(
      choice(ids.slice(at, at + perEvent), last ? (end === null ? "length" : "stop") : null, last ? end : null),
    );
  }
  return text;
};
const digits = Array.from({ length: Math.max(thinking, answer, 4096) }, (_, at) => first + 48 + (at % 10));
const usage = (prompt, completion) =>
  chunk({
    id: "1",
    object: "text_completion",
    created: 1,
    model: "bench",
    choices: [],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  }) + "data: [DONE]\n\n";

/** A digit by its place in the sequence; thoughts and answers end where they are long enough. */
const generation = (prompt, most, stops, masked) => {
  const thinks = stops.includes(thinkEnd);
  const begun = thinks ? prompt.length - 1 - prompt.lastIndexOf(thinkStart) : 0;
  const natural = thinks ? (begun < thinking ? thinking - begun : thinking) : answer;
  const end = thinks ? thinkEnd : eos;
  const ids = [];
  while (ids.length < most) {
    const digit = first + 48 + ((prompt.length + ids.length) % 10);
    const wanted = ids.length === natural && stops.includes(end) ? end : digit;
    ids.push(ids.length < masked && stops.includes(wanted) ? first + 97 : wanted);
    if (stops.includes(ids.at(-1))) return { ids, end: ids.at(-1) };
  }
  return { ids, end: null };
};

const complete = ({ prompt, max_tokens, min_tokens = 0, stop_token_ids = [], stream: isStream, echo, logprobs }) => {
  if (isStream) {
    const { ids, end } = generation(prompt, max_tokens, stop_token_ids, min_tokens);
    return stream(ids, end) + usage(prompt.length, ids.length);
  }
  const length = Math.min(answer, max_tokens);
  const all = Array.isArray(prompt[0]) ? prompt : [prompt];
  const one = (ids) => (echo ? ids.length : 0) + length;
  return JSON.stringify({
    id: "1",
    object: "text_completion",
    created: 1,
    model: "bench",
    choices: all.map((ids, index) => ({
      index,
      text: write(digits.slice(0, length)),
      finish_reason: "length",
      logprobs:
        logprobs == null
          ? null
          : {
              token_logprobs: Array.from({ length: one(ids) }, () => -1),
              top_logprobs: Array.from({ length: one(ids) }, () => ({ 1: -1 })),
            },
    })),
    usage: { prompt_tokens: 1, completion_tokens: length, total_tokens: 1 + length },
  });
};

const chat = JSON.stringify({
  id: "1",
  object: "chat.completion",
  created: 1,
  model: "bench",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      logprobs: null,
      message: { role: "assistant", content: "1234", reasoning_content: write(digits.slice(0, thinking)) },
    },
  ],
  usage: { prompt_tokens: 20, completion_tokens: thinking + answer + 2, total_tokens: thinking + answer + 22 },
});

const routes = {
  "/v1/models": () =>
    JSON.stringify({
      object: "list",
      data: [{ id: "bench", object: "model", owned_by: "vllm", root: "bench", max_model_len: 8192 }],
    }),
  "/version": () => JSON.stringify({ version: "0.32.0" }),
  "/tokenize": ({ prompt }) => {
    const tokens = read(prompt);
    return JSON.stringify({ tokens, count: tokens.length, max_model_len: 8192 });
  },
  "/detokenize": ({ tokens }) => JSON.stringify({ prompt: write(tokens) }),
  "/v1/completions": complete,
  "/v1/chat/completions": () => chat,
  "/counts": () => JSON.stringify(counts),
};

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", () => {
    const route = routes[request.url];
    count(request.url);
    const asked = body === "" ? {} : JSON.parse(body);
    response.writeHead(route ? 200 : 404, { "content-type": asked.stream ? "text/event-stream" : "application/json" });
    response.end(route ? route(asked) : "{}");
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));

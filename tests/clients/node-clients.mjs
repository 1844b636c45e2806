// openai-node and the Vercel AI SDK at their defaults. Prints {route: answers} as JSON.
import { readFileSync } from "node:fs";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import OpenAI from "openai";

const [url, model, path] = process.argv.slice(2);
const problems = JSON.parse(readFileSync(path, "utf8"));
const baseURL = `${url}/v1`;
const client = new OpenAI({ baseURL, apiKey: "none" });
const vercel = createOpenAI({ baseURL, apiKey: "none" });
const compatible = createOpenAICompatible({ name: "overthink", baseURL });

const routes = {
  "openai-node chat": async (problem) => {
    const messages = [{ role: "user", content: problem }];
    const answer = await client.chat.completions.create({ model, messages, temperature: 0 });
    return answer.choices[0].message.content;
  },
  "openai-node chat, streamed": async (problem) => {
    const messages = [{ role: "user", content: problem }];
    const stream = await client.chat.completions.create({ model, messages, temperature: 0, stream: true });
    let text = "";
    for await (const part of stream) text += part.choices[0]?.delta.content ?? "";
    return text;
  },
  "openai-node responses": async (problem) =>
    (await client.responses.create({ model, input: problem, temperature: 0 })).output_text,
  "Vercel generateText (responses)": async (prompt) =>
    (await generateText({ model: vercel(model), prompt, temperature: 0 })).text,
  "Vercel streamText (responses)": async (prompt) =>
    await streamText({ model: vercel(model), prompt, temperature: 0 }).text,
  "Vercel generateText (chat)": async (prompt) =>
    (await generateText({ model: vercel.chat(model), prompt, temperature: 0 })).text,
  "Vercel streamText (compatible)": async (prompt) =>
    await streamText({ model: compatible(model), prompt, temperature: 0 }).text,
};

const answers = {};
for (const [name, route] of Object.entries(routes)) {
  answers[name] = [];
  for (const problem of problems) answers[name].push(await route(problem));
}
process.stdout.write(JSON.stringify(answers));

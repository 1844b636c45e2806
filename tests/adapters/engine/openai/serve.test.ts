import { createOpenAIEngine } from "../../../../src/adapters/engine/openai/engine.ts";
import { createScriptedEngine } from "../../../../src/adapters/engine/scripted/engine.ts";
import { resolveFormat } from "../../../../src/formats/resolve.ts";
import { startServer } from "../../../../src/server/start-server.ts";
import { engineContract } from "../../../contracts/engine.ts";

/** Our own server draws by position, so everything the port demands holds over HTTP, under sampling too. */
const open = async () => {
  const inner = createScriptedEngine({ seeded: { end_thinking: 0.02, end_turn: 0.02 }, logprobs: true });
  const server = await startServer({
    engine: inner,
    format: await resolveFormat("pico", inner, "pico"),
    model: "pico",
    port: 0,
  });
  const engine = await createOpenAIEngine({ base_url: server.url, model: "pico", dialect: "vllm", logprobs: true });
  const close = async () => {
    await engine.close();
    await server.close();
  };
  const prompts = Array.from({ length: 8 }, (_, at) => `<s>${at}1+${at * 7}=<think>`);
  return { engine: { ...engine, close }, prompts, control: "<think>" };
};

engineContract("openai over serve", open);

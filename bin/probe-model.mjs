// Loads a model, reads a text with it and decodes one token, in a process of its own: where llama.cpp aborts, hangs or
// crashes, it takes this process with it and not the run. Prints one JSON object: {} or {"fault": "..."}.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [path, gpu] = process.argv.slice(2);
const complaints = [];

/** Every byte that a text can hold, markup and some words. */
const text = `${Array.from({ length: 0x180 }, (_, at) => String.fromCodePoint(at)).join("")} <s>1+2= the end</s> \u4e2d\u{1f600}`;

try {
  const llama = await getLlama({
    gpu: gpu === "auto" ? "auto" : false,
    build: "never",
    maxThreads: 1,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => complaints.push(message.trim()),
    progressLogs: false,
  });
  const model = await llama.loadModel({ modelPath: path });
  const ids = [...model.tokenize(text, false), ...model.tokenize(text, true)];
  model.detokenize(ids, true);
  for (const id of model.iterateAllTokens()) model.isEogToken(id);
  const context = await model.createContext({
    contextSize: 256,
    sequences: 1,
    batchSize: 32,
    failedCreationRemedy: false,
  });
  const first = model.tokens.bos ?? ids[0] ?? 0;
  await context.getSequence().controlledEvaluate([[first, { generateNext: { probabilities: true } }]]);
  process.stdout.write("{}");
} catch (error) {
  process.stdout.write(JSON.stringify({ fault: complaints[0] ?? String(error?.message ?? error) }));
}
process.exit(0);

import { fail, ok, warn, type Probe } from "./subject.ts";

/** Tokens in which a thought may end by itself, where nothing quicker tells. */
const patience = 512;

/**
 * A server that hides control tokens hides the end of thinking: thought and answer run together, and every budget
 * cuts an answer. Engines that are given ids cannot be deceived so.
 */
export const endOfThinking: Probe = {
  name: "end of thinking",
  meaning:
    "thought and answer would run together unnoticed: start the server so that it writes control tokens " +
    "out (llama-server: --special), or use its own dialect",
  run: async ({ engine, ask, prompt, delimiters, signal }) => {
    if (engine.info.identity["exact"] !== false || delimiters === undefined) return ok("comes as ids");
    const { thinkingStart, thinkingEnd, endOfTurn } = delimiters;
    const written = await engine.detokenize(thinkingEnd);
    const seen = await Promise.all(thinkingEnd.map((id) => engine.shows?.(id, signal) ?? Promise.resolve(null)));
    if (seen.includes(false)) return fail(`${JSON.stringify(written)} does not come back where it is sampled`);
    if (seen.every((one) => one === true)) return ok(`${JSON.stringify(written)} comes back where it is sampled`);
    const prefix = [...prompt, ...thinkingStart];
    const maxTokens = Math.min(patience, engine.info.contextLength - prefix.length);
    const { stop, tokenIds } = await ask({ prefix, maxTokens, stops: [thinkingEnd, ...endOfTurn] });
    if (stop === "length")
      return warn(
        `none came in ${maxTokens} tokens, and the server takes no biases that would force one`,
        "if the server hides control tokens, thought and answer run together: look at the first traces",
      );
    return thinkingEnd.every((id, at) => id === tokenIds.at(at - thinkingEnd.length))
      ? ok(`${JSON.stringify(written)} comes back`)
      : fail(`the model ended its turn without ${JSON.stringify(written)}`);
  },
};

/** A server may add a token to what it is sent, such as one for the beginning of a text that is there already. */
export const promptAsSent: Probe = {
  name: "prompt",
  meaning: "every answer would be to another question",
  run: async ({ ask, prompt, engine }) => {
    const { promptTokens } = await ask({ maxTokens: 1 });
    if (promptTokens === null || promptTokens === prompt.length) return ok("read as it is sent");
    const words = `the server read ${promptTokens} tokens where ${prompt.length} were sent`;
    return engine.info.identity["exact"] === false
      ? warn(
          words,
          "it adds or drops tokens, such as the beginning of a text: leave that out of the format, if it is doubled",
        )
      : fail(words);
  },
};

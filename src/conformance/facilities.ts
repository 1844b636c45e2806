import { fail, ok, warn, type Probe, type Subject } from "./subject.ts";

const longest = 16_384;

const filled = ({ prompt }: Subject, length: number): readonly number[] =>
  Array.from({ length }, (_, at) => prompt[at % prompt.length] ?? 0);

export const contextLength: Probe = {
  name: "context length",
  meaning: "long thoughts would fail or be clipped",
  run: async (subject) => {
    const { contextLength: said } = subject.engine.info;
    if (said > longest) return ok(`${said}, as reported; not tried`);
    const { tokenIds } = await subject.ask({ prefix: filled(subject, said - 4), maxTokens: 4 }, "long");
    return tokenIds.length === 4
      ? ok(`${said}, filled to the last token`)
      : fail(`${said} as reported, but it ends ${4 - tokenIds.length} tokens before`);
  },
};

const repeated = 512;
const notReported = "not reported";

export const prefixCache: Probe = {
  name: "prefix caching",
  meaning: "each continuation pays for its whole prefix",
  run: async (subject) => {
    const length = Math.min(repeated, subject.engine.info.contextLength >> 1);
    const prefix = filled(subject, length);
    await subject.ask({ prefix, maxTokens: 2 }, "cache");
    const { cachedTokens, promptTokens } = await subject.ask(
      { prefix: [...prefix, ...subject.prompt.slice(0, 1)], maxTokens: 2 },
      "cache",
    );
    if (cachedTokens === null)
      return warn(
        notReported,
        "cached tokens are unknown; costs are upper bounds (vLLM: --enable-prompt-tokens-details)",
      );
    if (cachedTokens === 0)
      return warn("none seen", "each continuation pays for its whole prefix: switch prefix caching on");
    return ok(`${cachedTokens} of ${promptTokens ?? "?"} prompt tokens came from the cache`);
  },
};

/** The same where a server that says nothing of its cache is no news. */
export const sharedPrefix: Probe = {
  ...prefixCache,
  run: async (subject) => {
    const found = await prefixCache.run(subject);
    return found.verdict === "warn" && found.finding === notReported ? ok(notReported) : found;
  },
};

export const logprobs: Probe = {
  name: "log-probabilities",
  meaning: "methods that need confidence cannot run",
  run: async ({ ask }) => {
    const { logprobs: values, tokenIds } = await ask({ maxTokens: 4 });
    if (values === null) return ok("none (not asked for, or not given)");
    return values.length === tokenIds.length && values.every((value) => value <= 0)
      ? ok("one for each token")
      : fail(`${values.length} for ${tokenIds.length} tokens`);
  },
};

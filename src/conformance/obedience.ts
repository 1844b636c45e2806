import { isGreedy } from "../core/sampling.ts";
import { fail, ok, same, warn, type Probe } from "./subject.ts";

/** Probes of the knobs that methods turn: cheap enough to go before every run. */

export const tokenIds: Probe = {
  name: "token ids",
  meaning: "nothing can be counted or continued exactly",
  run: async ({ ask, engine }) => {
    const { tokenIds: ids } = await ask({ maxTokens: 4 });
    const inexact = engine.info.identity["exact"] === false;
    if (ids.length === 0) return fail("no ids come back");
    return inexact
      ? warn(
          "text only; ids are made from text here",
          "seams are encoded again: counts are estimates, and a continued thought may begin with other tokens " +
            "than were sampled",
        )
      : ok("come back from the server");
  },
};

export const maxTokens: Probe = {
  name: "max_tokens",
  meaning: "a budget would have no effect: every point of a sweep would be the same run",
  run: async ({ ask }) => {
    for (const wanted of [1, 3, 8]) {
      const { tokenIds: ids, stop } = await ask({ maxTokens: wanted });
      if (ids.length !== wanted || stop !== "length")
        return fail(`${ids.length} tokens for ${wanted}, ended by ${stop}`);
    }
    return ok("1, 3 and 8 give as many");
  },
};

export const stopIds: Probe = {
  name: "stop ids",
  meaning: "the end of thinking would not be seen: thought and answer would run together",
  run: async ({ ask }) => {
    const { tokenIds: free } = await ask({ maxTokens: 8 });
    const stop = free[4] ?? 0;
    const expected = free.slice(0, free.indexOf(stop) + 1);
    const stopped = await ask({ maxTokens: 8, stops: [[stop]] });
    if (stopped.stop !== "stop" || !same(stopped.tokenIds, expected))
      return fail(`did not stop at token ${expected.length}`);
    const last = await ask({ maxTokens: expected.length, stops: [[stop]] });
    return last.stop === "stop"
      ? ok("obeyed, on the last allowed token too")
      : fail("a stop on the last allowed token is not seen");
  },
};

export const minTokens: Probe = {
  name: "min_tokens",
  meaning: "an end that a method withholds would still come",
  run: async ({ ask }) => {
    const { tokenIds: free } = await ask({ maxTokens: 1 });
    const stop = free[0] ?? 0;
    const { tokenIds: ids } = await ask({ maxTokens: 8, minTokens: 4, stops: [[stop]] });
    return ids.slice(0, 4).includes(stop) || ids.length < 4
      ? fail("a withheld stop was sampled")
      : ok("stops are withheld");
  },
};

const draws = 4;

export const seeds: Probe = {
  name: "seed",
  meaning: "epochs would be the same run over and over",
  run: async ({ ask, sampling }) => {
    const hot = isGreedy(sampling) ? { ...sampling, temperature: 1.5 } : sampling;
    const sample = async (seed: number) => (await ask({ sampling: hot, seed, maxTokens: 12 })).tokenIds;
    const first = await sample(1);
    const others = await Promise.all(Array.from({ length: draws }, (_, at) => sample(at + 2)));
    if (others.every((ids) => same(ids, first))) {
      const words = `${draws + 1} seeds gave the same tokens`;
      return isGreedy(sampling)
        ? warn(words, "harmless with greedy decoding; sampled epochs would be the same run")
        : fail(words);
    }
    return same(await sample(1), first)
      ? ok("other seeds differ, the same seed repeats")
      : warn(
          "the same seed gave other tokens",
          "sampled results cannot be repeated (SGLang: --enable-deterministic-inference; vLLM: " +
            "VLLM_BATCH_INVARIANT=1); stored chains still are",
        );
  },
};

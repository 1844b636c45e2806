import { append } from "../core/extremes.ts";
import { firstDifference, fail, ok, same, warn, type Probe } from "./subject.ts";

export const continuation: Probe = {
  name: "continues a prefix",
  meaning: "budgets of a sweep cut one chain, but here a chain decoded in two pieces differs",
  run: async ({ ask, prompt, engine }) => {
    const { tokenIds: whole } = await ask({ maxTokens: 24 });
    for (const cut of [1, 9, 20]) {
      const { tokenIds: rest } = await ask({ prefix: [...prompt, ...whole.slice(0, cut)], maxTokens: 24 - cut });
      const joined = [...whole.slice(0, cut), ...rest];
      if (!same(joined, whole)) {
        const words = `cut after ${cut}: ${firstDifference(joined, whole)}`;
        const isText = engine.info.identity["exact"] === false;
        return isText
          ? warn(words, "text in place of token ids: points of a curve may differ by more than their budget")
          : fail(words);
      }
    }
    return ok("one piece and two are equal");
  },
};

export const repeats: Probe = {
  name: "temperature 0 twice",
  meaning: "greedy results cannot be repeated",
  run: async ({ ask, prompt }) => {
    const alone = await ask({ maxTokens: 24 }, "alone");
    const again = await ask({ maxTokens: 24 }, "again");
    if (!same(alone.tokenIds, again.tokenIds)) return fail(firstDifference(alone.tokenIds, again.tokenIds));
    const crowd = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        ask({ prefix: at === 0 ? prompt : [...prompt, ...prompt.slice(0, at)], maxTokens: 24 }, `crowd ${at}`),
      ),
    );
    const among = crowd[0]?.tokenIds ?? [];
    return same(among, alone.tokenIds)
      ? ok("equal, alone and in a batch")
      : warn(
          `among others: ${firstDifference(among, alone.tokenIds)}`,
          "results depend on what else is running (vLLM: VLLM_BATCH_INVARIANT=1; SGLang: " +
            "--enable-deterministic-inference); stored chains are still exact",
        );
  },
};

export const pastTheEnd: Probe = {
  name: "goes past an end",
  meaning: "an ignored end of generation could not be continued",
  run: async ({ ask, prompt, engine, delimiters }) => {
    const [eos] = [...engine.info.eosIds, ...(delimiters?.endOfTurn.flatMap((end) => end.slice(0, 1)) ?? [])];
    if (eos === undefined)
      return warn(
        "the engine does not know the model's ends",
        "set eos_token_ids, or name every end in the format's end_of_turn",
      );
    const { tokenIds } = await ask({ prefix: [...prompt, eos], maxTokens: 4 });
    return tokenIds.length === 4
      ? ok("4 tokens after an end of generation")
      : fail(`${tokenIds.length} tokens after an end of generation`);
  },
};

export const longStops: Probe = {
  name: "stops of several tokens",
  meaning: "delimiters that are more than one token would not be seen",
  run: async ({ ask }) => {
    const { tokenIds: free } = await ask({ maxTokens: 12 });
    const stop = free.slice(5, 8);
    const end = free.findIndex((_, at) => stop.every((id, offset) => free[at + offset] === id)) + stop.length;
    const stopped = await ask({ maxTokens: 12, stops: [stop] });
    return stopped.stop === "stop" && same(stopped.tokenIds, free.slice(0, end))
      ? ok("obeyed")
      : fail(`did not stop at token ${end}`);
  },
};

export const streaming: Probe = {
  name: "streams",
  meaning: "tokens of a broken request would be lost",
  run: async ({ ask }) => {
    const heard: number[] = [];
    let parts = 0;
    const { tokenIds } = await ask({ maxTokens: 16 }, "stream", (ids) => {
      append(heard, ids);
      parts += 1;
    });
    if (!same(heard, tokenIds)) return fail("streamed tokens are not those of the result");
    return parts > 1
      ? ok(`${parts} parts`)
      : warn("all tokens come at once", "what a broken request had sampled is paid for again");
  },
};

const texts = ["The answer is 42.", "\n\nWait, let me see: 3*7 = 21", "  two  spaces "];

export const roundTrip: Probe = {
  name: "text and back",
  meaning: "texts of traces, cues and continuation strings would be changed",
  run: async ({ engine }) => {
    let skipped = 0;
    for (const text of texts) {
      const ids = await engine.tokenize(text, { special: false }).catch(() => null);
      if (ids === null) skipped += 1;
      else if ((await engine.detokenize(ids)) !== text)
        return fail(`${JSON.stringify(text)} becomes ${JSON.stringify(await engine.detokenize(ids))}`);
    }
    return skipped === 0
      ? ok("unchanged")
      : warn(
          `${skipped} of ${texts.length} texts are not in the vocabulary`,
          "keep prompts and continuation strings within the model's characters",
        );
  },
};

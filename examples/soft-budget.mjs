// A method: a budget that lets the model finish its sentence. At `limit` tokens the thought may go on to the next
// `sentence_end`, for at most `grace` tokens; then it is closed. docs/extending.md explains each part.
/** @type {import("overthink").Plugin<import("overthink").MethodModule<any>>} */
export default ({ z, forced, delimiter, sampleAnswer, endsWith }) => ({
  options: z.strictObject({
    limit: z.int().nonnegative().nullable().default(null).describe("Thinking tokens; null lets the thought end."),
    grace: z.int().nonnegative().default(16).describe("Further tokens to finish the sentence."),
    sentence_end: z.string().min(1).default(".").describe("Text that ends a sentence."),
  }),
  label: ({ limit }) => (limit === null ? "natural" : `≤${limit}`),
  facts: ({ limit, grace }) => ({
    role: limit === null ? "natural" : "cut",
    budget: limit === null ? null : limit + grace,
    along: ["limit"],
  }),
  cost: ({ limit, grace }, { natural }) => ({
    thinking: Math.min(natural, limit === null ? Infinity : limit + grace / 2),
    worstThinking: limit === null ? Infinity : limit + grace,
    chains: 1,
    requests: limit === null ? 2 : 3,
  }),
  async *run(task, { limit, grace, sentence_end }) {
    const { thinkingStart, thinkingEnd, answerCue, endOfTurn } = task.delimiters;
    const prompt = await task.prompt(task.problem.text);
    const go = task.chain(prompt);
    const ends = [thinkingEnd, ...endOfTurn];
    const reserved = prompt.length + thinkingStart.length + thinkingEnd.length + answerCue.length;
    const room = task.contextLength - reserved - task.maxAnswerTokens;
    let after = [...thinkingStart];
    if (thinkingStart.length > 0) yield forced("delimiter", thinkingStart);

    // One stretch of thinking; true where the model ended the thought by itself.
    async function* think(maxTokens, stops) {
      if (maxTokens < 1) return false;
      const { tokenIds } = await go({ after, maxTokens, stops });
      const end = ends.find((tail) => endsWith(tokenIds, tail));
      const thought = end ? tokenIds.slice(0, -end.length) : tokenIds;
      const stop = end === undefined ? "length" : end === thinkingEnd ? "delimiter" : "eos";
      yield { kind: "thinking", origin: "sampled", stop, tokenIds: thought };
      after = [...after, ...thought];
      return end !== undefined;
    }

    let ended = yield* think(Math.min(limit ?? Infinity, room), ends);
    if (!ended && limit !== null && limit > 0)
      ended = yield* think(Math.min(grace, room - limit), [...ends, await task.encode(sentence_end)]);
    yield ended ? delimiter(thinkingEnd) : forced("delimiter", thinkingEnd);
    after = [...after, ...thinkingEnd];
    if (!ended && answerCue.length > 0) {
      yield forced("cue", answerCue);
      after = [...after, ...answerCue];
    }
    yield* await sampleAnswer({ go, after, maxTokens: task.maxAnswerTokens, endOfTurn });
  },
});

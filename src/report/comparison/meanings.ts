/** What it means for a comparison that two experiments differ at a place; the first that fits. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^settings of its own$/, "not written in this way in the other files; compared if the budget is the same"],
  [/^models\.\d+\.name$/, "another name for a model, or another model"],
  [/^models\.\d+\.(engine|dialect)$/, "another engine: rounding and defaults can change tokens"],
  [
    /^models\.\d+\.(format\b|prompt|system)/,
    "other prompts or delimiters: nothing is concluded where the prompts of one model differ",
  ],
  [/^models\.\d+\.(concurrency|max_sequences|price|threads|api_key_env)/, "changes speed or price, not what is asked"],
  [/^models\.\d+\.context_length$|context_length$/, "most tokens of a thought and its answer"],
  [/^models\./, "another model, or the same model served differently"],
  [/^run\.datasets\.\d+\.grader$/, "answers were graded differently: nothing is concluded"],
  [
    /^datasets\.\d+\.grader/,
    "the file names another grader than the data set; the record of the run says which one graded",
  ],
  [
    /^datasets\.\d+\.(limit|where|offset|shuffle)|^run\.datasets\.\d+\.(problems|of)$/,
    "other problems: only the common ones are compared",
  ],
  [/^datasets\.\d+\.(prompt|examples|choices_seed)/, "the questions are worded differently"],
  [
    /^datasets\.|^run\.datasets\./,
    "other problems, or the same from another source: compared if question and answer are the same",
  ],
  [/^sampling\.seed$/, "other random numbers: no effect at temperature 0, otherwise only chance"],
  [/^sampling\.epochs$/, "more or fewer attempts per problem: narrower or wider intervals"],
  [/^sampling\.max_answer_tokens$/, "most tokens of an answer: with fewer tokens more answers are cut"],
  [/^sampling\.share$/, "the points of one experiment share their chains, those of the other do not"],
  [/^sampling\./, "tokens are sampled differently"],
  [/^(limits|concurrency)/, "when a run stops and how fast it is; not what is asked"],
  [/^run\.models\.\d+\.(name|identity|facts)/, "another model file, or a model loaded differently"],
  [/^run\.(platform|git_commit)/, "another machine or checkout: rounding can change tokens"],
  [/^run\.versions/, "other software: it can change tokens or verdicts"],
  [/^run\./, "recorded by the run"],
];

export const meaningOf = (path: string): string =>
  MEANINGS.find(([pattern]) => pattern.test(path))?.[1] ?? "part of the experiment";

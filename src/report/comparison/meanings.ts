/** What it means for a comparison that two experiments differ at a place; the first that fits. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^settings of its own$/, "not in the other files in these words; compared where the budget is the same"],
  [/^models\.\d+\.name$/, "another word for a model, or another model"],
  [/^models\.\d+\.(engine|dialect)$/, "another engine: rounding and defaults can change tokens"],
  [
    /^models\.\d+\.(format\b|prompt|system)/,
    "other prompts or delimiters: nothing is concluded where the prompts of one model differ",
  ],
  [/^models\.\d+\.(concurrency|max_sequences|price|threads|api_key_env)/, "changes speed or price, not what is asked"],
  [/^models\.\d+\.context_length$|context_length$/, "room for a thought and its answer"],
  [/^models\./, "another model, or the same served in another way"],
  [/^run\.datasets\.\d+\.grader$/, "answers were judged by another rule: nothing is concluded"],
  [
    /^datasets\.\d+\.grader/,
    "the file asks for another grader than the data set's own; what judged is in the record of the run",
  ],
  [
    /^datasets\.\d+\.(limit|where|offset|shuffle)|^run\.datasets\.\d+\.(problems|of)$/,
    "other problems: compared over the common ones alone",
  ],
  [/^datasets\.\d+\.(prompt|examples|choices_seed)/, "the questions are put in other words"],
  [
    /^datasets\.|^run\.datasets\./,
    "other problems, or the same from elsewhere: compared where question and answer are the same",
  ],
  [/^sampling\.seed$/, "other random numbers: without a temperature nothing, with one chance alone"],
  [/^sampling\.epochs$/, "more or fewer attempts a problem: narrower or wider intervals"],
  [/^sampling\.max_answer_tokens$/, "room for the answer: less of it, more answers cut"],
  [/^sampling\.share$/, "points of one share their chains, those of the other are drawn apart"],
  [/^sampling\./, "tokens are drawn in another way"],
  [/^(limits|concurrency)/, "when a run stops and how fast it is, not what is asked"],
  [/^run\.models\.\d+\.(name|identity|facts)/, "another model file, or another reading of it"],
  [/^run\.(platform|git_commit)/, "another machine or checkout: rounding can change tokens"],
  [/^run\.versions/, "other software: it can change tokens or verdicts"],
  [/^run\./, "recorded by the run"],
];

export const meaningOf = (path: string): string =>
  MEANINGS.find(([pattern]) => pattern.test(path))?.[1] ?? "part of the experiment";

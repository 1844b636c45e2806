/** What s1 puts in place of an ignored end. */
export const continuationString = "Wait";

/** Tokens of an answer after the thought, of an experiment and of a judge. */
export const answerTokens = 1024;

/** The same of a served request that says nothing of it. */
export const servedAnswerTokens = 512;

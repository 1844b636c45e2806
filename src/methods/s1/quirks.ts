/** The published algorithms: the evaluation code's (a fork of an evaluation harness) and the README's example. */
export type Published = "s1-fork" | "s1-readme";

type Entry = Readonly<{ why: string } & Record<Published, boolean>>;

/**
 * Every way in which the published algorithms differ from `strict` or from each other. Nothing else in the code decides
 * by variant: a quirk is switched here or nowhere.
 */
export const quirkTable = {
  freshBudget: {
    why: "Every round may take the whole budget; what earlier rounds took is not subtracted.",
    "s1-fork": true,
    "s1-readme": false,
  },
  cutsAfterwards: {
    why:
      "After the last round everything beyond the budget is cut off, ids only, wherever it falls; the reason " +
      "why sampling stopped stays as it was.",
    "s1-fork": true,
    "s1-readme": false,
  },
  countsStop: {
    why: "The end itself takes from the budget: a budget of B lets a thought of B - 1 tokens end by itself.",
    "s1-fork": true,
    "s1-readme": true,
  },
  countsContinuation: {
    why: "Continuation strings take from the budget (of the fork: from what is left after the cut).",
    "s1-fork": true,
    "s1-readme": false,
  },
  lengthIsFinal: {
    why: "A round that ran into its allowance is the last one: ignores that are left lapse.",
    "s1-fork": true,
    "s1-readme": false,
  },
  masksFirstRound: {
    why:
      "Where ends are ignored (0 times included) none may come as the first token of a round, not even of " +
      "the first one.",
    "s1-fork": true,
    "s1-readme": false,
  },
  ignoresEndOfTurn: {
    why: "The end of the turn ends a thought, and is ignored and dropped, like the delimiter.",
    "s1-fork": true,
    "s1-readme": true,
  },
  keepsOtherEnds: {
    why:
      "A second end of generation stops a round, but is not among the ends that are taken off: it stays in what " +
      "the model is given next.",
    "s1-fork": true,
    "s1-readme": false,
  },
  closesThought: {
    why:
      "The closing delimiter is written after every thought; otherwise the model must write it by itself, or " +
      "goes on thinking.",
    "s1-fork": true,
    "s1-readme": false,
  },
  cueNeedsLength: {
    why:
      "The cue (Final Answer:) is written only if the last round ran into its allowance; a thought that was cut " +
      "afterwards but had ended by itself gets the bare delimiter, in mid-sentence.",
    "s1-fork": true,
    "s1-readme": false,
  },
  separatesWithNewline: {
    why:
      "A thought that ran into its allowance gets a newline before the delimiter, unless it ends in one or the " +
      "opening delimiter begins with one; a thought that ended by itself gets none.",
    "s1-fork": true,
    "s1-readme": false,
  },
  newlineSeesUncut: {
    why: "Whether that newline is missing is read off the text before the cut.",
    "s1-fork": true,
    "s1-readme": false,
  },
  answersTwice: {
    why:
      "The closing delimiter is no end by itself: where `until_thinking` is another text, a model that answers " +
      "unasked is asked to answer once more.",
    "s1-fork": true,
    "s1-readme": true,
  },
  needsSingleTokenEnds: {
    why: "With ignored ends or a minimum every end must be one token of the model.",
    "s1-fork": true,
    "s1-readme": false,
  },
  failsWithoutText: {
    why: "A thought that ran into its allowance before its first whole character is a failure.",
    "s1-fork": true,
    "s1-readme": false,
  },
  passesContextByOne: {
    why:
      "The length of a sequence is looked at after a token was added: a thought may be one token longer than " +
      "the context.",
    "s1-fork": true,
    "s1-readme": false,
  },
  tokenisesAgain: {
    why:
      "Rounds are joined as text and turned into tokens again, so the model may be given other tokens " +
      "than it wrote.",
    "s1-fork": false,
    "s1-readme": true,
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type Quirk = keyof typeof quirkTable;

export type Quirks = Readonly<Record<Quirk, boolean>>;

export const quirksOf = (variant: Published): Quirks =>
  Object.fromEntries(Object.entries(quirkTable).map(([name, entry]) => [name, entry[variant]])) as Quirks;

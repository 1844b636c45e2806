import type { ScriptedRule } from "./options.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A token that the rules put next, the text it rests on, and how many were to choose from. */
export type Proposal = Readonly<{ id: number; matched: number; choices: number }>;

type Context = Readonly<{ text: string; choose: (choices: number) => number }>;

/** Proposals for what follows a text, those that rest on most of it first. */
export type Rules = (context: Context) => readonly Proposal[];

/** What a rule writes, token by token: `written[k]` is the text of its first k tokens. */
type Emission = Readonly<{ ids: readonly number[]; written: readonly string[] }>;

/**
 * A rule is at work where the text ends in its `after` and the beginning of what it emits, so what comes
 * next depends on the text alone, wherever a chain was cut.
 */
export const createRules = (rules: readonly ScriptedRule[], vocabulary: Vocabulary): Rules => {
  const propose = rules.map((rule) => proposer(rule, vocabulary));
  return (context) => propose.flatMap((one) => one(context)).sort((a, b) => b.matched - a.matched);
};

const proposer = ({ after, emit }: ScriptedRule, vocabulary: Vocabulary) => {
  const emissions = [emit].flat().map((text) => emission(text, vocabulary));
  const matches = typeof after === "string" ? suffixMatcher(after) : patternMatcher(after.pattern);
  return ({ text, choose }: Context): readonly Proposal[] => {
    const begun = emissions.flatMap((one) => underway(one, text, matches));
    const start = matches(text);
    const id = start === null ? undefined : emissions[choose(emissions.length)]?.ids[0];
    return start === null || id === undefined ? begun : [...begun, { id, matched: start, choices: emissions.length }];
  };
};

const emission = (text: string, { idsOf, textOf }: Vocabulary): Emission => {
  const ids = idsOf(text, true);
  return { ids, written: ids.map((_, at) => textOf(ids.slice(0, at))) };
};

type Matcher = (text: string) => number | null;

const underway = ({ ids, written }: Emission, text: string, matches: Matcher): readonly Proposal[] =>
  ids.flatMap((id, at) => {
    const done = written[at] ?? "";
    if (at === 0 || !text.endsWith(done)) return [];
    const before = matches(text.slice(0, text.length - done.length));
    return before === null ? [] : [{ id, matched: before + done.length, choices: 1 }];
  });

const suffixMatcher =
  (suffix: string): Matcher =>
  (text) =>
    text.endsWith(suffix) ? suffix.length : null;

const patternMatcher = (pattern: string): Matcher => {
  const ending = new RegExp(`(?:${pattern})$`, "u");
  return (text) => ending.exec(text)?.[0].length ?? null;
};

import { marksWithin, stretchesOf } from "../core/marks.ts";
import { type ThoughtMarks, thoughtMarks } from "../core/thought-marks.ts";
import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type ChatSetting, type ChatTemplate, messagesOf, renderChat, tried } from "./chat-template.ts";
import type { AutoFormat, InlineFormat } from "./inline.ts";
import { aroundQuestion } from "./prompt.ts";
import { suspectsInDelimiter } from "./suspects.ts";
import { startAsWritten } from "./start-as-written.ts";
import { thoughtState } from "./thought-state.ts";

/** What a family is recognised from. */
export type Evidence = Readonly<{
  model: string;
  engine: Engine;
  template: ChatTemplate;
  setting: ChatSetting;
  /** The prompt with {problem} in it. */
  prompt: string;
  plainAllowed: boolean;
  /** The marks are a user's own word, not that of a family's name: ordinary text need not be in the template. */
  stated: boolean;
}>;

export type Candidate = Readonly<{
  marks: ThoughtMarks;
  /** All of its markup is in the vocabulary. */
  isInVocabulary: boolean;
  /** The chat template writes or reads it. */
  isMentioned: boolean;
  /** The end of the prompt comes after one of its marks. */
  isStated: boolean;
}>;

/** What a model and its template say of each pair of marks. */
export const weighAll = (
  all: readonly ThoughtMarks[],
  { engine, template, prompt }: Pick<Evidence, "engine" | "template" | "prompt">,
): Promise<readonly Candidate[]> =>
  Promise.all(
    all.map(async (marks): Promise<Candidate> => {
      const { start, end } = marks;
      const own = await engine.marksIn(`${start} ${end}`);
      const known = { marks: own, vocabulary: engine.info.vocabulary };
      const others = await engine.marksIn(prompt);
      return {
        marks,
        isInVocabulary: own.length > 0 && [start, end].every((text) => suspectsInDelimiter(text, known).length === 0),
        isMentioned: template.text.includes(start) || template.text.includes(end),
        isStated: thoughtState(aroundQuestion(prompt).after, { start, end, others }) !== "neither",
      };
    }),
  );

export const namesOf = (candidates: readonly Pick<Candidate, "marks">[]): string =>
  candidates.map(({ marks: { start, end } }) => `${JSON.stringify(start)} ... ${JSON.stringify(end)}`).join(", ");

const chooseOne = "choose one: format: { auto: true, thinking: [START, END] }";

const refuse = (model: string, message: string, hint: string): never => {
  throw new UserError(`model ${JSON.stringify(model)}: format: auto: ${message}`, { hint });
};

/** The marks with the strongest evidence; equally strong evidence for several is refused. */
const choose = (candidates: readonly Candidate[], { model, plainAllowed, stated }: Evidence): Candidate => {
  const usable = candidates.filter((one) => one.isInVocabulary);
  const plain = candidates.filter((one) => one.isMentioned && !one.isInVocabulary);
  const allowed = plainAllowed ? (stated ? candidates : plain) : [];
  const ranked = [
    usable.filter((one) => one.isStated),
    allowed.filter((one) => one.isStated),
    usable.filter((one) => one.isMentioned),
    usable,
    allowed,
  ];
  const best = ranked.find((group) => group.length > 0) ?? [];
  if (best.length > 1) return refuse(model, `several thinking marks are possible: ${namesOf(best)}`, chooseOne);
  return best[0] ?? refuseAll(plain, candidates, model);
};

const refuseAll = (plain: readonly Candidate[], candidates: readonly Candidate[], model: string): never => {
  const stated = plain.filter((one) => one.isStated);
  if (plain.length > 0)
    return refuse(
      model,
      `its chat template has ${namesOf(stated.length > 0 ? stated : plain)}, ` +
        "which its vocabulary does not have as tokens",
      "if it was trained with them as ordinary text: format: { auto: true, plain_delimiters: true }",
    );
  const [only, ...more] = candidates;
  return refuse(
    model,
    only && more.length === 0
      ? `neither its chat template nor its vocabulary has ${namesOf([only])}`
      : "neither its chat template nor its vocabulary has thinking marks that are known",
    "is it a reasoning model? Marks of its own are named by format: { auto: true, thinking: [START, END] }",
  );
};

const [answerMark, nextMark] = ["OVERTHINKANSWER", "OVERTHINKNEXT"];

/** The mark that the template writes after an answer. */
const markBehindAnswer = async ({ engine, template, setting, prompt }: Evidence): Promise<string | null> => {
  const messages = [
    ...messagesOf("OVERTHINKQUESTION", setting.system),
    { role: "assistant" as const, content: answerMark },
    { role: "user" as const, content: nextMark },
  ];
  const text = await tried(renderChat(template, messages, { setting, generate: false }));
  if (text === null) return null; // a template may refuse such a conversation; the model's own end is left
  const [, behind = ""] = text.split(answerMark);
  const [between = ""] = behind.split(nextMark);
  const [first] = stretchesOf(between.trimStart(), await engine.marksIn(between));
  const opensAnswer = stretchesOf(prompt, await engine.marksIn(prompt)).findLast(({ mark }) => mark)?.text;
  return first?.mark && first.text !== opensAnswer ? first.text : null;
};

const endsOf = async (evidence: Evidence, marks: ThoughtMarks): Promise<readonly string[]> => {
  const ends = await turnEnds(evidence, marks);
  if (ends.length > 0) return ends;
  return refuse(
    evidence.model,
    "the end of a turn cannot be found in its chat template",
    "write the format out: format: { prompt: chat, thinking_start: ..., thinking_end: ..., end_of_turn: ... }",
  );
};

/** Marks that end a turn: what the template writes after an answer, and the model's own end. */
export const turnEnds = async (evidence: Evidence, { endOfTurn }: ThoughtMarks): Promise<readonly string[]> => {
  const { engine } = evidence;
  const found = endOfTurn ?? [await markBehindAnswer(evidence)];
  const named = [...found, engine.info.eosText].filter((text): text is string => text !== null && text !== "");
  const known = marksWithin(named.join(" "), await engine.marksIn(named.join(" ")));
  return [...new Set(named)].filter((text) => known.includes(text));
};

/** The marks that are known under these names; else new ones. */
export const marksNamed = ([start, end]: readonly [start: string, end: string]): ThoughtMarks =>
  thoughtMarks.find((known) => known.start === start.trim() && known.end === end.trim()) ?? { start, end };

/** The format of a model, from its chat template and its vocabulary. */
export const recognise = async (format: AutoFormat, evidence: Evidence): Promise<InlineFormat> => {
  const { auto: _auto, thinking, ...given } = format;
  const { marks } = choose(await weighAll(thinking ? [marksNamed(thinking)] : thoughtMarks, evidence), evidence);
  return {
    ...given,
    prompt: "chat",
    thinking_start: await startAsWritten(marks.start, evidence),
    thinking_end: marks.end,
    end_of_turn: [...(await endsOf(evidence, marks))],
  };
};

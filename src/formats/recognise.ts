import { marksWithin, stretchesOf } from "../core/marks.ts";
import { type ThoughtMarks, thoughtMarks } from "../core/thought-marks.ts";
import { UserError } from "../core/user-error.ts";
import type { Engine } from "../ports/engine.ts";
import { type ChatSetting, type ChatTemplate, messagesOf, renderChat } from "./chat-template.ts";
import type { AutoFormat, InlineFormat } from "./inline.ts";
import { aroundQuestion } from "./prompt.ts";
import { suspectsInDelimiter } from "./suspects.ts";
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
}>;

type Candidate = Readonly<{
  marks: ThoughtMarks;
  /** All of its markup is in the vocabulary. */
  isInVocabulary: boolean;
  /** The chat template writes or reads it. */
  isMentioned: boolean;
  /** The end of the prompt comes after one of its marks. */
  isStated: boolean;
}>;

const weigh = async (marks: ThoughtMarks, { engine, template, prompt }: Evidence): Promise<Candidate> => {
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
};

const names = (candidates: readonly Candidate[]): string =>
  candidates.map(({ marks: { start, end } }) => `${JSON.stringify(start)} ... ${JSON.stringify(end)}`).join(", ");

const ask = "write the format out: format: { prompt: chat, thinking_start: ..., thinking_end: ..., end_of_turn: ... }";

const refuse = (model: string, message: string, hint = ask): never => {
  throw new UserError(`model ${JSON.stringify(model)}: format: auto: ${message}`, { hint });
};

/** The marks with the strongest evidence; equally strong evidence for several is refused. */
const choose = (candidates: readonly Candidate[], { model, plainAllowed }: Evidence): Candidate => {
  const usable = candidates.filter((one) => one.isInVocabulary);
  const ranked = [usable.filter((one) => one.isStated), usable.filter((one) => one.isMentioned), usable];
  const best = ranked.find((group) => group.length > 0) ?? [];
  if (best.length > 1) return refuse(model, `several thinking marks are possible: ${names(best)}`);
  const plain = candidates.filter((one) => one.isMentioned && !one.isInVocabulary);
  const [chosen] = best.length > 0 ? best : plainAllowed ? plain : [];
  if (best.length === 0 && plainAllowed && plain.length > 1)
    return refuse(model, `several thinking marks are possible: ${names(plain)}`);
  if (chosen) return chosen;
  return plain.length > 0
    ? refuse(
        model,
        `its chat template has ${names(plain)}, which its vocabulary does not have as tokens`,
        "if it was trained with them as ordinary text: format: { auto: true, plain_delimiters: true }",
      )
    : refuse(model, "neither its chat template nor its vocabulary has thinking marks that are known");
};

const [answerMark, nextMark] = ["OVERTHINKANSWER", "OVERTHINKNEXT"];

/** The mark that the template writes after an answer. */
const markBehindAnswer = async ({ engine, template, setting, prompt }: Evidence): Promise<string | null> => {
  const messages = [
    ...messagesOf("OVERTHINKQUESTION", setting.system),
    { role: "assistant" as const, content: answerMark },
    { role: "user" as const, content: nextMark },
  ];
  let text = "";
  try {
    text = renderChat(template, messages, { setting, generate: false });
  } catch {
    return null; // a template may refuse such a conversation; the model's own end is left
  }
  const [, behind = ""] = text.split(answerMark);
  const [between = ""] = behind.split(nextMark);
  const [first] = stretchesOf(between.trimStart(), await engine.marksIn(between));
  const opensAnswer = stretchesOf(prompt, await engine.marksIn(prompt)).findLast(({ mark }) => mark)?.text;
  return first?.mark && first.text !== opensAnswer ? first.text : null;
};

const endsOf = async (evidence: Evidence, { endOfTurn }: ThoughtMarks): Promise<readonly string[]> => {
  const { engine, model } = evidence;
  const found = endOfTurn ?? [await markBehindAnswer(evidence)];
  const named = [...found, engine.info.eosText].filter((text): text is string => text !== null && text !== "");
  const known = marksWithin(named.join(" "), await engine.marksIn(named.join(" ")));
  const ends = [...new Set(named)].filter((text) => known.includes(text));
  return ends.length > 0 ? ends : refuse(model, "the end of a turn cannot be found in its chat template");
};

/** Where a template writes the start mark before a line, the model was trained to find the line after it. */
const startOf = ({ start }: ThoughtMarks, { text }: ChatTemplate): string =>
  text.includes(`${start}\n`) || text.includes(`${start}\\n`) ? `${start}\n` : start;

/** The format of a model, from its chat template and its vocabulary. */
export const recognise = async (format: AutoFormat, evidence: Evidence): Promise<InlineFormat> => {
  const candidates = await Promise.all(thoughtMarks.map(async (marks) => weigh(marks, evidence)));
  const { marks } = choose(candidates, evidence);
  const { auto: _auto, ...given } = format;
  return {
    ...given,
    prompt: "chat",
    thinking_start: startOf(marks, evidence.template),
    thinking_end: marks.end,
    end_of_turn: [...(await endsOf(evidence, marks))],
  };
};

import { UserError } from "../core/user-error.ts";
import { readApart, renderApart } from "./jinja/apart.ts";
import { TemplateExcess, TemplateFault } from "./jinja/fault.ts";
import { stripped } from "./jinja/text-methods.ts";
import { nearest } from "./near.ts";

export type Variables = Readonly<Record<string, unknown>>;

/** What a chat template is given besides the question. */
export type ChatSetting = Readonly<{
  bosToken: string | null;
  eosToken: string | null;
  /** Text of a system turn; null for none. */
  system: string | null;
  /** The day that `strftime_now` writes, such as 2025-06-28. */
  date: string;
  variables: Variables;
}>;

/** A message as chat templates know it. */
export type Turn = Readonly<{ role: "system" | "user" | "assistant"; content: string }>;

/** A chat template that can be read. */
export type ChatTemplate = Readonly<{
  text: string;
  /** Variables that it looks up, those that every template is given aside. */
  reads: readonly string[];
}>;

/** A chat template with all that it is given. */
export type Chat = Readonly<{ template: ChatTemplate; setting: ChatSetting }>;

const problemMark = "OVERTHINKPROBLEM";
const bosMark = "OVERTHINKBOS";

/** Given by whoever renders, never by an experiment. */
const reserved = ["messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token"];
const globals = ["range", "dict", "namespace", "joiner", "raise_exception", "strftime_now"];

/** What a template reads to decide whether there is a thought, in the order to try them. */
const thoughtVariables: Readonly<Record<string, readonly unknown[]>> = {
  enable_thinking: [true],
  thinking: [true],
  reasoning: [true],
  reasoning_effort: ["high", "medium"],
  thinking_budget: [-1, 1024],
  low_effort: [false],
};

const writeItOut = 'write the prompt out: format: { prompt: "...{problem}..." }, or name a family';

const usable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof TemplateFault)) throw cause;
    throw new UserError(`the model's chat template cannot be used (${cause.message})`, { hint: writeItOut, cause });
  }
};

export const readChatTemplate = async (text: string): Promise<ChatTemplate> => {
  const reads = await usable(readApart(text));
  return { text, reads: reads.filter((name) => ![...reserved, ...globals].includes(name)) };
};

/**
 * What is made of one value of a variable, tried out; null where the template does not take it. One that never ends
 * with some value is not tried with the next.
 */
export const tried = async <T>(work: Promise<T>): Promise<T | null> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError && error.cause instanceof TemplateExcess) throw error;
    return null;
  }
};

/** Refuses variables that would change nothing: a sweep of one would be one point many times. */
export const checkVariables = ({ reads }: ChatTemplate, variables: Variables): void => {
  const unread = Object.keys(variables).find((name) => !reads.includes(name));
  if (unread === undefined) return;
  const known = reads.length === 0 ? "it reads none" : `it reads ${reads.join(", ")}`;
  const meant = nearest(unread, reads, Math.max(1, Math.floor(unread.length / 3)));
  const guess = meant === null ? "" : `, did you mean ${JSON.stringify(meant)}?`;
  throw new UserError(`template_variables: the chat template does not read ${JSON.stringify(unread)}${guess}`, {
    hint: known,
  });
};

/** The whole text of a conversation, as transformers renders it. */
export const renderChat = async (
  { text: source }: ChatTemplate,
  messages: readonly Turn[],
  { setting, generate }: Readonly<{ setting: ChatSetting; generate: boolean }>,
): Promise<string> => {
  const { bosToken, eosToken, date, variables } = setting;
  const given = {
    ...variables,
    messages,
    tools: null,
    documents: null,
    add_generation_prompt: generate,
    bos_token: bosToken ?? bosMark,
    eos_token: eosToken ?? "",
  };
  const text = await usable(renderApart(source, given, date));
  if (text.includes(bosMark))
    throw new UserError("the model's chat template begins with its bos_token, whose text is not known here", {
      hint: 'add it to the format, such as bos_token: "<s>"',
    });
  return text;
};

export const messagesOf = (question: string, system: string | null): readonly Turn[] => [
  ...(system === null ? [] : [{ role: "system" as const, content: system }]),
  { role: "user" as const, content: question },
];

/** Characters that a template which quotes or rewrites its question would change. */
const probe = `${problemMark} "a" 'b'\n\n\\frac{1}{2} {{ c }} <d> & é {% e %} end`;

const checkQuestion = async (text: string, ask: (question: string) => Promise<string>): Promise<void> => {
  const times = text.split(problemMark).length - 1;
  if (times !== 1)
    throw new UserError(`the model's chat template writes the question ${times} times`, { hint: writeItOut });
  if ((await ask(probe)) !== text.replace(problemMark, () => probe))
    throw new UserError("the model's chat template changes the question that it is given", { hint: writeItOut });
};

const checkSystem = async (text: string, ask: (system: null) => Promise<string>): Promise<void> => {
  if (text === (await ask(null)))
    throw new UserError("system: the chat template does not use a system text", {
      hint: "leave it out, or put the text around the question with the data set's prompt",
    });
};

/** What a chat template writes for one question, as a template with {problem} in it. */
export const chatPrompt = async (template: ChatTemplate, setting: ChatSetting): Promise<string> => {
  const ask = (question: string, system = setting.system): Promise<string> =>
    renderChat(template, messagesOf(question, system), { setting, generate: true });
  const text = await ask(problemMark);
  await checkQuestion(text, (question) => ask(question));
  if (setting.system !== null) await checkSystem(text, (system) => ask(problemMark, system));
  return text.replace(problemMark, () => "{problem}");
};

/**
 * The question as the template writes it into its prompt, which is given with {problem} in it: some leave out the white
 * space around it. Refuses one that the template writes otherwise.
 */
export const questionWritten = async (
  question: string,
  prompt: string,
  { template, setting }: Chat,
): Promise<string> => {
  const text = await renderChat(template, messagesOf(question, setting.system), { setting, generate: true });
  const written = [question, stripped(question, null, "both")].find(
    (asked) => prompt.replace("{problem}", () => asked) === text,
  );
  if (written !== undefined) return written;
  throw new UserError(`the model's chat template changes the question ${brief(question)}`, { hint: writeItOut });
};

const brief = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Values that turn thinking off. */
const closings: Variables = { enable_thinking: false, thinking: false, reasoning: false, thinking_budget: 0 };

/** Settings of one variable that may turn thinking on or off. */
export const switches = (template: ChatTemplate): readonly Variables[] => [
  ...openings(template),
  ...Object.entries(closings).flatMap(([name, value]) => (template.reads.includes(name) ? [{ [name]: value }] : [])),
];

/** Settings of one variable that might open a thought which the template closes. */
export const openings = ({ reads }: ChatTemplate): readonly Variables[] =>
  Object.entries(thoughtVariables).flatMap(([name, values]) =>
    reads.includes(name) ? values.map((value) => ({ [name]: value })) : [],
  );

const switchNames = ["enable_thinking", "thinking", "reasoning"];

/** A switch of thinking that is not stated, and makes another prompt where it is on; null for none. */
export const unstated = async (chat: Chat, prompt: string): Promise<Variables | null> => {
  if (switchNames.some((name) => name in chat.setting.variables)) return null;
  for (const name of switchNames.filter((name) => chat.template.reads.includes(name))) {
    const made = await promptWith(chat, { [name]: true });
    if (made !== null && made !== prompt) return { [name]: true };
  }
  return null;
};

/** The prompt where more variables have a value; null where the template does not take it. */
export const promptWith = ({ template, setting }: Chat, more: Variables): Promise<string | null> =>
  tried(chatPrompt(template, { ...setting, variables: { ...setting.variables, ...more } }));

/** Variables as an experiment file has them. */
export const shownVariables = (variables: Variables): string =>
  `{ ${Object.entries(variables)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ")} }`;

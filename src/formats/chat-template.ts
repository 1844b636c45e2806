import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { UserError } from "../core/user-error.ts";

export type ChatTexts = Readonly<{ bosToken: string | undefined; eosToken: string }>;

/** A message as chat templates know it. */
export type Turn = Readonly<{ role: "system" | "user" | "assistant"; content: string }>;

const problemMark = "OVERTHINKPROBLEM";
const bosMark = "OVERTHINKBOS";

/**
 * The globals of a chat template. `strftime_now` is left out on purpose: a prompt with today's date is
 * another prompt tomorrow. Templates that can do without it then write a fixed date.
 */
const environment = ({ bosToken, eosToken }: ChatTexts, turns: readonly Turn[]): Environment => {
  const env = new Environment();
  const values = { true: true, false: false, none: null, True: true, False: false, None: null };
  for (const [name, value] of Object.entries(values)) env.set(name, value);
  env.set("raise_exception", (message: string) => {
    throw new Error(message);
  });
  env.set("range", (start: number, stop?: number) =>
    Array.from({ length: stop === undefined ? start : stop - start }, (_, at) =>
      stop === undefined ? at : start + at,
    ),
  );
  env.set(
    "messages",
    turns.map((turn) => ({ ...turn })),
  );
  env.set("add_generation_prompt", true);
  env.set("bos_token", bosToken ?? bosMark);
  env.set("eos_token", eosToken);
  return env;
};

const render = (template: string, texts: ChatTexts, turns: readonly Turn[]): string => {
  try {
    const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
    return String(new Interpreter(environment(texts, turns)).run(program).value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const dated = template.includes("strftime_now")
      ? ": it asks for today's date, which changes the prompt from day to day"
      : "";
    throw new UserError(`the model's chat template cannot be used${dated} (${reason})`, {
      hint: 'write the prompt out: format: { prompt: "...{problem}..." }, or name a family',
      cause,
    });
  }
};

/** What a chat template writes for some messages. */
export const chatText = (template: string, texts: ChatTexts, turns: readonly Turn[]): string => {
  const text = render(template, texts, turns);
  if (text.includes(bosMark))
    throw new UserError("the model's chat template begins with its bos_token, whose text is not known here", {
      hint: 'add it to the format, such as bos_token: "<s>"',
    });
  return text;
};

/** What a chat template writes for one question, as a template with {problem} in it. */
export const chatPrompt = (template: string, texts: ChatTexts): string => {
  const text = chatText(template, texts, [{ role: "user", content: problemMark }]);
  if (text.split(problemMark).length !== 2)
    throw new UserError(`the model's chat template writes the question ${text.split(problemMark).length - 1} times`, {
      hint: 'write the prompt out: format: { prompt: "...{problem}..." }',
    });
  return text.replace(problemMark, () => "{problem}");
};

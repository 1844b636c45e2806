import { type ChatSetting, type ChatTemplate, promptWith, switches } from "./chat-template.ts";

type Known = Readonly<{
  template: ChatTemplate;
  setting: ChatSetting;
  /** The prompt with {problem} in it. */
  prompt: string;
}>;

/** White space that a prompt has at its end beyond that of another one. */
const further = (text: string, than: string): string => {
  const [mine, theirs] = [text, than].map((one) => one.slice(one.trimEnd().length)) as [string, string];
  return mine.startsWith(theirs) ? mine.slice(theirs.length) : "";
};

/** The prompts that the template makes with thinking turned on or off. */
const turned = async (known: Known): Promise<readonly string[]> => {
  const prompts: string[] = [];
  for (const change of switches(known.template)) prompts.push((await promptWith(known, change)) ?? "");
  return prompts;
};

/**
 * A start mark with the white space that the template writes around it, as the model was trained to find it: seen where
 * a variable makes the template open or close the thought, else wherever it writes the mark before a line.
 */
export const startAsWritten = async (start: string, known: Known): Promise<string> => {
  const seen = [known.prompt, ...(await turned(known))].map((text) => text.split("{problem}").at(-1) ?? "");
  const [behind = ""] = seen;
  const found = seen.find((text) => text.includes(start));
  if (found !== undefined) {
    const [before = "", after = ""] = found.split(start);
    return `${found === behind ? "" : further(before, behind)}${start}${after.startsWith("\n") ? "\n" : ""}`;
  }
  const { text } = known.template;
  return text.includes(`${start}\n`) || text.includes(`${start}\\n`) ? `${start}\n` : start;
};

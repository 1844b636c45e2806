import { type ChatSetting, type ChatTemplate, chatPrompt, switches } from "./chat-template.ts";

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
const turned = ({ template, setting }: Known): readonly string[] =>
  switches(template).flatMap((change) => {
    try {
      return [chatPrompt(template, { ...setting, variables: { ...setting.variables, ...change } })];
    } catch {
      return []; // a value that the template does not take
    }
  });

/**
 * A start mark with the white space that the template writes around it, as the model was trained to find it: seen where
 * a variable makes the template open or close the thought, else wherever it writes the mark before a line.
 */
export const startAsWritten = (start: string, known: Known): string => {
  const seen = [known.prompt, ...turned(known)].map((text) => text.split("{problem}").at(-1) ?? "");
  const [behind = ""] = seen;
  const found = seen.find((text) => text.includes(start));
  if (found !== undefined) {
    const [before = "", after = ""] = found.split(start);
    return `${found === behind ? "" : further(before, behind)}${start}${after.startsWith("\n") ? "\n" : ""}`;
  }
  const { text } = known.template;
  return text.includes(`${start}\n`) || text.includes(`${start}\\n`) ? `${start}\n` : start;
};

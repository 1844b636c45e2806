import { UserError } from "../core/user-error.ts";
import type { DatasetSpec, Example } from "../experiment/dataset-spec.ts";
import { didYouMean } from "../experiment/suggest.ts";
import type { Item } from "./problems.ts";

type Values = Readonly<Record<string, string | number>>;

const placeholder = /\{\{(.*?)\}\}|\{([A-Za-z_][\w -]*)\}/g;

const refuse = (dataset: string, name: string, known: readonly string[]): never => {
  throw new UserError(
    `data set ${JSON.stringify(dataset)}: prompt: there is no {${name}}, only ` +
      `${known.map((key) => `{${key}}`).join(", ")}${didYouMean(name, known)}`,
    { hint: "write {{...}} for text in braces" },
  );
};

const fill = (template: string, values: Values, dataset: string): string =>
  template.replaceAll(placeholder, (_all, literal: string | undefined, name: string | undefined) => {
    if (name === undefined) return `{${literal}}`;
    return String(values[name] ?? refuse(dataset, name, Object.keys(values)));
  });

const solved = (example: Example, template: string, dataset: string): string =>
  `${fill(template, { problem: example.problem }, dataset)}\n${example.answer}\n\n`;

/** The question as the model is asked it: the examples, then the problem, each in the template. */
export const withPrompt = (items: readonly Item[], { name, prompt, examples = [] }: DatasetSpec): readonly Item[] => {
  if (prompt === undefined && examples.length === 0) return items;
  const template = prompt ?? "{problem}";
  if (!/\{problem\}/.test(template))
    throw new UserError(
      `data set ${JSON.stringify(name)}: prompt: the template must hold {problem}, got ${JSON.stringify(template)}`,
    );
  const opening = examples.map((example) => solved(example, template, name)).join("");
  return items.map(({ problem, row }) => ({
    problem: { ...problem, text: opening + fill(template, { problem: problem.text, ...problem.tags }, name) },
    row,
  }));
};

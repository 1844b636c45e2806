import { z } from "zod";
import { registry } from "../../src/app/registry.ts";
import { listDatasets } from "../../src/adapters/dataset/list.ts";
import { Card } from "../../src/datasets/card.ts";
import { datasetShape } from "../../src/experiment/dataset-spec.ts";
import { optionTable } from "../../src/experiment/json-schema.ts";
import { Expect, experimentSchema, Limits, Price, SamplingSpec } from "../../src/experiment/schema.ts";
import { PointSetSpec } from "../../src/experiment/study-spec.ts";
import { ShapeSpec } from "../../src/experiment/shape-spec.ts";
import { packageRoot } from "../../src/experiment/paths.ts";
import { familyNames, familyFormat, templateFamilyNames } from "../../src/formats/schema.ts";
import { templateFamilies } from "../../src/formats/template-families.ts";
import { AutoFormat, InlineFormat } from "../../src/formats/inline.ts";

const modelKeys = z.strictObject({
  name: z.string().describe("Your name for the model, shown in plots."),
  engine: z.string().describe(`What runs it: ${Object.keys(registry.engines).join(", ")}.`),
  format: z
    .union([z.string(), InlineFormat])
    .describe("How its prompt, thinking and answer are delimited: see formats.md."),
  price: Price.optional(),
  shape: ShapeSpec.optional(),
});

const grader = z
  .union([z.string(), z.strictObject({})])
  .optional()
  .describe(
    "How answers are checked: a name, `{ name: { options } }`, the path of your own module, or `{ command: [...] }`; the card's by default. See grading.md and extending.md.",
  );

const code = (text: string): string => `\`${JSON.stringify(text).slice(1, -1).replaceAll("|", "\\|")}\``;

/** The end of a long prompt says enough. */
const shortened = (text: string): string =>
  text.length > 100 ? `...${text.slice(text.indexOf("{problem}") - 40)}` : text;

const familyTable = (): string =>
  [
    "| format | prompt | thinking_start | thinking_end | end_of_turn | answer_cue |",
    "|---|---|---|---|---|---|",
    ...familyNames.map((name) => {
      const { prompt, thinking_start, thinking_end, end_of_turn, answer_cue } = familyFormat(name);
      const ends = [end_of_turn].flat().map(code).join(" ");
      const cells = [`\`${name}\``, code(shortened(prompt)), code(thinking_start), code(thinking_end), ends];
      return `| ${cells.join(" | ")} | ${answer_cue === "" ? "" : code(answer_cue)} |`;
    }),
  ].join("\n");

const templateFamilyTable = (): string =>
  [
    "| format | thinking_start | thinking_end | asked for with | plain text |",
    "|---|---|---|---|---|",
    ...templateFamilyNames.map((name) => {
      const {
        thinking,
        template_variables: variables = {},
        system,
        plain_delimiters: plain,
      } = AutoFormat.parse(templateFamilies[name].format);
      const asked = [
        ...Object.keys(variables).map((variable) => `\`${variable}: true\``),
        ...(system === undefined ? [] : [`system text ${code(system)}`]),
      ];
      const [start = "", end = ""] = thinking ?? [];
      return `| \`${name}\` | ${code(start)} | ${code(end)} | ${asked.join(" ")} | ${plain ? "allowed" : ""} |`;
    }),
  ].join("\n");

/** Every table of the documentation that is made of a schema, by the name in its marker. */
export const tables = (): Readonly<Record<string, string>> => ({
  file: optionTable(experimentSchema(registry)),
  model: optionTable(modelKeys),
  dataset: optionTable(z.strictObject({ ...datasetShape, grader })),
  sampling: optionTable(SamplingSpec),
  limits: optionTable(Limits),
  expect: optionTable(Expect),
  study: optionTable(PointSetSpec),
  price: optionTable(Price),
  shape: optionTable(ShapeSpec),
  format: optionTable(InlineFormat),
  families: familyTable(),
  "template families": templateFamilyTable(),
  card: optionTable(Card),
  cards: ["| name | problems | what |", "|---|---|---|", cardTable()].join("\n"),
  ...Object.fromEntries(
    Object.entries(registry.engines).map(([name, { options }]) => [`engine ${name}`, optionTable(options)]),
  ),
  ...Object.fromEntries(
    Object.entries(registry.methods).map(([name, { options }]) => [`method ${name}`, optionTable(options)]),
  ),
});

const cardTable = (): string =>
  listDatasets({ folders: [packageRoot() ?? ""], cacheDir: "" })
    .map(
      ({ name, count, title, hub, gated }) =>
        `| \`${name}\` | ${count ?? ""} | ${title}${hub === null ? "" : ` (${hub.split("@")[0]}${gated ? ", gated" : ""})`} |`,
    )
    .join("\n");

const marked = /(<!-- table: ([\w -]+) -->\n)[^]*?(<!-- end of table -->)/g;

/** A text with its tables made anew. */
export const withTables = (text: string): string => {
  const known = tables();
  return text.replaceAll(marked, (_all, start: string, name: string, end: string) => {
    const table = known[name];
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return `${start}${table}\n${end}`;
  });
};

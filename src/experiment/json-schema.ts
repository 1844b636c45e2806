import { z } from "zod";
import { modulePath } from "../core/module-path.ts";
import { experimentSchema, handWritten, type Registry } from "./schema.ts";

export type JsonSchema = { [key: string]: unknown };

/** JSON Schema of what a schema accepts; what JSON Schema cannot say is left open. */
export const jsonSchemaOf = (schema: z.ZodType, override?: (type: z.ZodType) => JsonSchema | undefined): JsonSchema =>
  z.toJSONSchema(schema, {
    io: "input",
    target: "draft-07",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const written = override?.(zodSchema as unknown as z.ZodType);
      if (written) Object.assign(jsonSchema, written);
    },
  }) as JsonSchema;

/** A plain number bound that only says "fits into a double" is noise for an editor. */
const withoutSafeBounds = (schema: JsonSchema): JsonSchema =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === "maximum" || key === "minimum") && Math.abs(value as number) === Number.MAX_SAFE_INTEGER
        ? undefined
        : value,
    ),
  ) as JsonSchema;

/** A value, or a list of values to sweep. */
const sweepable = (property: JsonSchema): JsonSchema => {
  const { description, default: fallback, ...one } = property;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [one, { type: "array", items: one, minItems: 1 }],
  };
};

type ObjectSchema = JsonSchema & { properties?: Record<string, JsonSchema> };

const sweepableObject = ({ $schema: _dropped, ...schema }: ObjectSchema): JsonSchema => {
  const members = (schema["oneOf"] ?? schema["anyOf"]) as readonly ObjectSchema[] | undefined;
  if (members) return { anyOf: members.map(sweepableObject) };
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => [key, sweepable(property)]);
  return { ...schema, properties: Object.fromEntries(properties) };
};

const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });

const oneKey = (name: string, options: JsonSchema): JsonSchema => ({
  type: "object",
  properties: { [name]: nullable(options) },
  required: [name],
  additionalProperties: false,
});

/** A module of the user's own, whose options an editor cannot know. */
const ownModule: readonly JsonSchema[] = [
  { type: "string", pattern: modulePath.source, description: "Path of a module of your own." },
  {
    type: "object",
    patternProperties: { [modulePath.source]: nullable({ type: "object" }) },
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
  },
];

type Entry = readonly [name: string, options: JsonSchema];

const named = (entries: readonly Entry[], flat: readonly JsonSchema[] = []): JsonSchema => ({
  anyOf: [
    { type: "string", enum: entries.map(([name]) => name) },
    ...entries.map(([name, options]) => oneKey(name, options)),
    ...flat,
    ...ownModule,
  ],
});

const methodJson = (methods: Registry["methods"]): JsonSchema =>
  named(Object.entries(methods).map(([name, { options }]) => [name, sweepableObject(jsonSchemaOf(options))]));

const bare = (schema: z.ZodType): JsonSchema => {
  const { $schema: _dropped, ...rest } = jsonSchemaOf(schema);
  return rest;
};

const graderJson = (graders: Registry["graders"]): JsonSchema => ({
  description: "How answers are checked: the name of a grader, or a mapping of it to its options.",
  ...named(
    Object.entries(graders).flatMap(([name, { options, flat }]): readonly Entry[] =>
      flat ? [] : [[name, bare(options)]],
    ),
    Object.values(graders).flatMap(({ options, flat }) => (flat ? [bare(options)] : [])),
  ),
});

/** JSON Schema (draft-07) of the experiment file, for editors. */
export const experimentJsonSchema = (registry: Registry): JsonSchema => {
  const parts = handWritten(registry);
  const schema = jsonSchemaOf(experimentSchema(registry, parts), (type) => {
    if (type === parts.method) return methodJson(registry.methods);
    return type === parts.grader ? graderJson(registry.graders) : undefined;
  });
  return withoutSafeBounds({ title: "Overthink experiment", ...schema });
};

export type OptionRow = Readonly<{ option: string; type: string; fallback: string; description: string }>;

const valueText = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** Each kind of value that a schema takes. */
const typeTexts = (schema: JsonSchema): readonly string[] => {
  const members = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  if (members) return members.flatMap(typeTexts);
  if (schema["const"] !== undefined) return [valueText(schema["const"])];
  if (Array.isArray(schema["enum"])) return schema["enum"].map(valueText);
  if (schema["type"] === "array") return [`list of ${typeText([(schema["items"] ?? {}) as JsonSchema])}`];
  if (schema["type"] === "object") return ["mapping"];
  return [(schema["type"] ?? "any") as string | readonly string[]].flat();
};

const typeText = (schemas: readonly JsonSchema[]): string => [...new Set(schemas.flatMap(typeTexts))].join(" or ");

const fallbackText = (value: unknown): string => (value === undefined ? "" : `\`${JSON.stringify(value)}\``);

type Properties = Readonly<{ properties?: Record<string, JsonSchema>; required?: readonly string[] }>;

const membersOf = (schema: JsonSchema): readonly Properties[] =>
  ((schema["oneOf"] ?? schema["anyOf"]) as readonly JsonSchema[] | undefined)?.flatMap(membersOf) ?? [
    schema as Properties,
  ];

/** The options of an object schema, or of all its shapes, as rows of a table. */
export const optionRows = (schema: z.ZodType): readonly OptionRow[] => {
  const members = membersOf(withoutSafeBounds(jsonSchemaOf(schema)));
  const names = [...new Set(members.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return names.map((option) => {
    const holders = members.filter(({ properties = {} }) => option in properties);
    const forms = holders.flatMap(({ properties = {} }): readonly JsonSchema[] => [properties[option] ?? {}]);
    const isRequired = holders.some(({ required = [] }) => required.includes(option));
    const fallback = forms.map((form) => form["default"]).find((value) => value !== undefined);
    return {
      option,
      type: typeText(forms),
      fallback: fallback === undefined && isRequired ? "required" : fallbackText(fallback),
      description: forms.map((form) => form["description"] as string | undefined).find(Boolean) ?? "",
    };
  });
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The same as a Markdown table. */
export const optionTable = (schema: z.ZodType): string =>
  [
    "| option | value | default | |",
    "|---|---|---|---|",
    ...optionRows(schema).map(
      (row) => `| \`${row.option}\` | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.description)} |`,
    ),
  ].join("\n");

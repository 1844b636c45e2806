import type { z } from "zod";

/** What is needed of a zod schema's insides; kept in this file, with tests. */
type Def = Readonly<{
  type: string;
  shape?: Record<string, z.ZodType>;
  options?: readonly z.ZodType[];
  discriminator?: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
}>;

const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def;

const literalOf = (schema: z.ZodType | undefined): readonly unknown[] =>
  schema?._zod.values === undefined ? [] : [...schema._zod.values];

const chosen = (def: Def, input: unknown): readonly z.ZodType[] => {
  const options = def.options ?? [];
  if (def.discriminator === undefined) return options;
  const tag = (input as Record<string, unknown> | null)?.[def.discriminator];
  return options.filter((option) => tagsOf(option, def.discriminator ?? "").includes(tag));
};

const tagsOf = (option: z.ZodType, discriminator: string): readonly unknown[] =>
  candidates(option, undefined).flatMap((member) => literalOf(defOf(member).shape?.[discriminator]));

/** The schemas that a value may be checked by, wrappers (optional, default, nullable, transform) taken off. */
export const candidates = (schema: z.ZodType, input: unknown): readonly z.ZodType[] => {
  const def = defOf(schema);
  if (def.innerType) return candidates(def.innerType, input);
  if (def.in) return candidates(def.in, input);
  if (def.type === "union") return chosen(def, input).flatMap((option) => candidates(option, input));
  return [schema];
};

const childSchemas = (schema: z.ZodType, key: PropertyKey): readonly z.ZodType[] => {
  const def = defOf(schema);
  const child = typeof key === "number" ? def.element : (def.shape?.[String(key)] ?? def.valueType);
  return child ? [child] : [];
};

const childValue = (input: unknown, key: PropertyKey): unknown =>
  input !== null && typeof input === "object" ? (input as Record<PropertyKey, unknown>)[key] : undefined;

/** The schemas of a key of an object schema. */
export const fieldSchemas = (schema: z.ZodType, key: string, input: unknown): readonly z.ZodType[] =>
  candidates(schema, input).flatMap((option) => childSchemas(option, key));

/** Keys that an object at this path may have. */
export const knownKeys = (schema: z.ZodType, input: unknown, path: readonly PropertyKey[]): readonly string[] => {
  const [key, ...rest] = path;
  const options = candidates(schema, input);
  const keys =
    key === undefined
      ? options.flatMap((option) => Object.keys(defOf(option).shape ?? {}))
      : options.flatMap((option) =>
          childSchemas(option, key).flatMap((child) => knownKeys(child, childValue(input, key), rest)),
        );
  return [...new Set(keys)];
};

/** Where a value chooses among shapes: `variant: s1-fork` of those that have the key, if not of all. */
export const shapesWith = (
  schema: z.ZodType,
  input: unknown,
  { path, key }: Readonly<{ path: readonly PropertyKey[]; key: string }>,
): readonly string[] => {
  const [first, ...rest] = path;
  if (first !== undefined)
    return candidates(schema, input).flatMap((option) =>
      childSchemas(option, first).flatMap((child) => shapesWith(child, childValue(input, first), { path: rest, key })),
    );
  const def = defOf(unwrapped(schema));
  const { discriminator, options = [] } = def;
  if (discriminator === undefined) return [];
  return options.flatMap((option) =>
    candidates(option, undefined).some((member) => defOf(member).shape?.[key])
      ? tagsOf(option, discriminator).flatMap((tag) => (typeof tag === "string" ? [`${discriminator}: ${tag}`] : []))
      : [],
  );
};

const unwrapped = (schema: z.ZodType): z.ZodType => {
  const { innerType, in: inner } = defOf(schema);
  const within = innerType ?? inner;
  return within ? unwrapped(within) : schema;
};

/** Whether a schema is made for lists, so that a list given to it is one value. */
export const takesList = (schema: z.ZodType): boolean =>
  candidates(schema, undefined).some((option) => ["array", "tuple", "set"].includes(defOf(option).type));

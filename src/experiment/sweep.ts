import type { z } from "zod";
import { type Fault, faultsOf } from "./faults.ts";
import { candidates, fieldSchemas, takesList } from "./schema-keys.ts";

export type Params = Readonly<Record<string, unknown>>;

/** A list given to an option is swept unless the option itself takes a list. */
const isSwept = (schemas: readonly z.ZodType[], value: unknown): value is readonly unknown[] => {
  if (!Array.isArray(value) || schemas.length === 0) return false;
  if (schemas.some((schema) => schema.safeParse(value).success)) return false;
  const wantsList = schemas.some((schema) => takesList(schema));
  return !wantsList || (value.length > 0 && value.every((element) => Array.isArray(element)));
};

type Setting = Readonly<{ options: Params; indices: Readonly<Record<string, number>> }>;

/** Every combination of the swept lists, in the order written, the first list slowest. */
const combinations = (options: Params, swept: readonly string[]): readonly Setting[] =>
  swept.reduce<readonly Setting[]>(
    (settings, key) =>
      settings.flatMap((setting) =>
        (options[key] as readonly unknown[]).map((element, index) => ({
          options: { ...setting.options, [key]: element },
          indices: { ...setting.indices, [key]: index },
        })),
      ),
    [{ options, indices: {} }],
  );

export type Swept = Readonly<{ settings: readonly Params[]; faults: readonly Fault[] }>;

/** More settings than this from one line is a slip of the pen. */
export const mostSettings = 10_000;

const sweptKeys = (schema: z.ZodType, options: Params): readonly string[] =>
  Object.keys(options).filter((key) => isSwept(fieldsOf(schema, key, options), options[key]));

/** Where another option chooses among several shapes and is itself swept, any shape may be meant. */
const fieldsOf = (schema: z.ZodType, key: string, options: Params): readonly z.ZodType[] => {
  const chosen = fieldSchemas(schema, key, options);
  return chosen.length > 0 ? chosen : anyShape(schema).flatMap((shape) => fieldSchemas(shape, key, options));
};

const anyShape = (schema: z.ZodType): readonly z.ZodType[] => {
  const def = schema._zod.def as unknown as { options?: readonly z.ZodType[]; innerType?: z.ZodType };
  if (def.options) return def.options;
  return def.innerType ? anyShape(def.innerType) : candidates(schema, undefined);
};

const tooMany = (options: Params, swept: readonly string[]): Fault | undefined => {
  const count = swept.reduce((product, key) => product * (options[key] as readonly unknown[]).length, 1);
  const message = `these lists make ${count} settings, more than ${mostSettings}`;
  return count > mostSettings ? { path: [], message, at: "value" } : undefined;
};

const emptyLists = (options: Params, swept: readonly string[]): readonly Fault[] =>
  swept
    .filter((key) => (options[key] as readonly unknown[]).length === 0)
    .map((key) => ({ path: [key], message: "the list is empty: give at least one value", at: "value" }));

/** An element's fault is at the element, and said once however many settings hold it. */
const settingFaults = (schema: z.ZodType, { options, indices }: Setting): readonly Fault[] => {
  const result = schema.safeParse(options);
  if (result.success) return [];
  return faultsOf(result.error.issues, schema, options).map((fault) => {
    const [key, ...rest] = fault.path;
    const index = indices[String(key)];
    return index === undefined || fault.at === "key" ? fault : { ...fault, path: [key ?? "", index, ...rest] };
  });
};

const onlyOnce = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify([fault.path, fault.message]), fault])).values(),
];

/** Nobody reads more of them. */
const mostFaults = 50;

const firstFaults = (schema: z.ZodType, settings: readonly Setting[]): readonly Fault[] => {
  let faults: readonly Fault[] = [];
  for (const setting of settings) {
    if (faults.length >= mostFaults) break;
    faults = onlyOnce([...faults, ...settingFaults(schema, setting)]);
  }
  return faults;
};

/** The settings that a method's options stand for, each validated with defaults filled in. */
export const sweep = (schema: z.ZodType, options: Params): Swept => {
  const swept = sweptKeys(schema, options);
  const refused = [...emptyLists(options, swept), ...[tooMany(options, swept) ?? []].flat()];
  if (refused.length > 0) return { settings: [], faults: refused };
  const settings = combinations(options, swept);
  const faults = firstFaults(schema, settings);
  return faults.length > 0
    ? { settings: [], faults }
    : { settings: settings.map((setting) => schema.parse(setting.options) as Params), faults: [] };
};

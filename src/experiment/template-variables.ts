import { UserError } from "../core/user-error.ts";
import { TemplateVariables } from "../formats/inline.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { mostSettings, type Params } from "./sweep.ts";

const key = "template_variables";

type Setting = Readonly<{ params: Params; label: string }>;

const valuesOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [value];

/** Every combination of the lists among the variables. */
const combinations = (variables: Params): readonly Params[] => {
  const count = Object.values(variables).reduce<number>((product, value) => product * valuesOf(value).length, 1);
  if (count > mostSettings)
    throw new UserError(`the lists of template_variables make ${count} settings, more than ${mostSettings}`);
  return allOf(variables);
};

const allOf = (variables: Params): readonly Params[] =>
  Object.entries(variables).reduce<readonly Params[]>(
    (all, [name, value]) => all.flatMap((one) => valuesOf(value).map((each) => ({ ...one, [name]: each }))),
    [{}],
  );

/** The options of a method without the variables of the chat template that are swept with it. */
export const withoutVariables = (
  options: Params,
): Readonly<{ own: Params; variables: Params; faults: readonly Fault[] }> => {
  const { [key]: written, ...own } = options;
  if (written === undefined) return { own: options, variables: {}, faults: [] };
  const result = TemplateVariables.safeParse(written);
  if (result.success) return { own, variables: result.data, faults: [] };
  const faults = faultsOf(result.error.issues, TemplateVariables, written);
  return { own, variables: {}, faults: faults.map((fault) => ({ ...fault, path: [key, ...fault.path] })) };
};

const labelled = (label: string, variables: Params): string =>
  [label, ...Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`)].join(", ");

/** Each setting with each combination of variables; those it has already stay. */
export const withVariables = (settings: readonly Setting[], variables: Params): readonly Setting[] =>
  settings.flatMap((setting) => {
    const before = variablesOf(setting.params);
    const own = Object.fromEntries(Object.entries(variables).filter(([name]) => !(name in before)));
    if (Object.keys(own).length === 0) return [setting];
    return combinations(own).map((one) => ({
      params: { ...setting.params, [key]: { ...before, ...one } },
      label: labelled(setting.label, one),
    }));
  });

/** The variables of a setting. */
export const variablesOf = (params: Params): Params => (params[key] as Params | undefined) ?? {};

/** Those variables of a format that are swept. */
export const sweptVariables = (variables: Params = {}): Params =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => Array.isArray(value)));

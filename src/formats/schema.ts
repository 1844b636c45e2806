import { z } from "zod";
import { families, type FamilyName } from "./families.ts";
import { AutoFormat, InlineFormat } from "./inline.ts";
import { templateFamilies, type TemplateFamilyName } from "./template-families.ts";

/** The families that are written out. */
export const familyNames = Object.keys(families) as [FamilyName, ...FamilyName[]];

/** The families that need the model's own chat template. */
export const templateFamilyNames = Object.keys(templateFamilies) as [TemplateFamilyName, ...TemplateFamilyName[]];

/** The `format` of a model in an experiment file. */
export const FormatSpec = z
  .union([z.enum(["auto", ...familyNames, ...templateFamilyNames]), AutoFormat, InlineFormat])
  .describe("How the model's prompt, thinking and answer are delimited: `auto`, the name of a family, or a mapping.");

export type FormatSpec = z.infer<typeof FormatSpec>;

export const isAuto = (format: InlineFormat | AutoFormat): format is AutoFormat => "auto" in format;

const isWrittenOut = (name: FamilyName | TemplateFamilyName): name is FamilyName => Object.hasOwn(families, name);

/** A family's mapping, or the mapping given, with defaults filled in. */
export const formatOf = (spec: FormatSpec): InlineFormat | AutoFormat => {
  if (typeof spec !== "string") return spec;
  if (spec === "auto") return AutoFormat.parse({ auto: true });
  return isWrittenOut(spec) ? familyFormat(spec) : AutoFormat.parse(templateFamilies[spec].format);
};

export const familyFormat = (name: FamilyName): InlineFormat => InlineFormat.parse(families[name]);

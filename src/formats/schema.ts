import { z } from "zod";
import { families, type FamilyName } from "./families.ts";
import { AutoFormat, InlineFormat } from "./inline.ts";

/** The names a format may have; an inline mapping is the alternative. */
export const familyNames = Object.keys(families) as [FamilyName, ...FamilyName[]];

/** The `format` of a model in an experiment file. */
export const FormatSpec = z
  .union([z.enum(["auto", ...familyNames]), AutoFormat, InlineFormat])
  .describe("How the model's prompt, thinking and answer are delimited: `auto`, the name of a family, or a mapping.");

export type FormatSpec = z.infer<typeof FormatSpec>;

export const isAuto = (format: InlineFormat | AutoFormat): format is AutoFormat => "auto" in format;

/** A family's mapping, or the mapping given, with defaults filled in. */
export const formatOf = (spec: FormatSpec): InlineFormat | AutoFormat => {
  if (typeof spec !== "string") return spec;
  return spec === "auto" ? AutoFormat.parse({ auto: true }) : familyFormat(spec);
};

export const familyFormat = (name: FamilyName): InlineFormat => InlineFormat.parse(families[name]);

import { Fault, jsonOf } from "../http/fault.ts";

/** Reading answers of servers: a missing field is null, a field of the wrong kind a broken answer. */
export type Fields = Readonly<Record<string, unknown>>;

const broken = (what: string): Fault => new Fault("down", `unreadable answer: ${what}`);

export const fieldsOf = (value: unknown): Fields => {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw broken(`expected an object, got ${jsonOf(value).slice(0, 80) || "nothing"}`);
};

/** An object that may be missing. */
export const partOf = (fields: Fields, name: string): Fields => fieldsOf(fields[name] ?? {});

export const countOf = (fields: Fields, name: string): number | null => {
  const value = fields[name];
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
};

export const textOf = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === "string" ? value : null;
};

export const listOf = (fields: Fields, name: string): readonly unknown[] | null => {
  const value = fields[name];
  return Array.isArray(value) ? (value as readonly unknown[]) : null;
};

export const idsOf = (fields: Fields, name: string): readonly number[] | null => {
  const list = listOf(fields, name);
  if (list === null) return null;
  for (const id of list)
    if (!Number.isInteger(id) || (id as number) < 0) throw broken(`${name} holds ${jsonOf(id).slice(0, 80)}`);
  return list as readonly number[];
};

export const numbersOf = (list: readonly unknown[]): readonly number[] | null =>
  list.every((value) => typeof value === "number") ? (list as readonly number[]) : null;

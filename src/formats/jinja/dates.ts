import { fault } from "./fault.ts";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  ["January", "February", "March", "April", "May", "June"],
  ["July", "August", "September", "October", "November", "December"],
].flat();

const two = (value: number): string => String(value).padStart(2, "0");

const parts: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, " "),
  B: (date) => months[date.getUTCMonth()] ?? "",
  b: (date) => (months[date.getUTCMonth()] ?? "").slice(0, 3),
  h: (date) => (months[date.getUTCMonth()] ?? "").slice(0, 3),
  A: (date) => days[date.getUTCDay()] ?? "",
  a: (date) => (days[date.getUTCDay()] ?? "").slice(0, 3),
  w: (date) => String(date.getUTCDay()),
  u: (date) => String(date.getUTCDay() || 7),
  j: (date) =>
    String(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) + 1).padStart(3, "0"),
  F: (date) => date.toISOString().slice(0, 10),
  D: (date) => `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`,
  // A stated date has no time of day: midnight.
  H: () => "00",
  I: () => "12",
  M: () => "00",
  S: () => "00",
  f: () => "000000",
  p: () => "AM",
  T: () => "00:00:00",
  R: () => "00:00",
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};

/** Python's `strftime` of a date such as 2025-06-28; `-` before a letter leaves leading zeros out. */
export const dateText = (date: string, format: string): string => {
  const day = new Date(`${date}T00:00:00Z`);
  return format.replace(/%(-?)(.?)/gs, (_all, bare: string, letter: string) => {
    const part = parts[letter] ?? fault(`strftime_now does not know %${letter}`);
    return bare === "" ? part(day) : part(day).replace(/^[0 ]+(?=.)/, "");
  });
};

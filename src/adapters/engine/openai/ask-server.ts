import type { HttpClient } from "../http/client.ts";
import { Fault, toFault } from "../http/fault.ts";
import { fieldsOf, type Fields } from "./fields.ts";

/** A question that a server does not answer soon is one that it does not know: checks shall end in seconds. */
const patience = 5_000;

/** One question to a server; undefined where it has no such route. */
export const ask = async (question: Promise<unknown>): Promise<unknown> => {
  try {
    return await question;
  } catch (error) {
    const fault = toFault(error);
    if (fault instanceof Fault && (fault.status === 404 || fault.status === 405 || fault.status === 501))
      return undefined;
    throw fault;
  }
};

export const soon = (): AbortSignal => AbortSignal.timeout(patience);

export const fieldsIfAny = (answer: unknown): Fields =>
  answer !== null && typeof answer === "object" && !Array.isArray(answer) ? fieldsOf(answer) : {};

/** The first of some routes that answers with anything: names change between versions. */
export const firstOf = async (client: HttpClient, ...routes: readonly string[]): Promise<Fields> => {
  for (const route of routes) {
    const answer = fieldsIfAny(await ask(client.get(route, soon())).catch(() => ({})));
    if (Object.keys(answer).length > 0) return answer;
  }
  return {};
};

/** The fields of an answer by these names, where they are there. */
export const pick = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]])));

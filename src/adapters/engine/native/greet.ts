import { NotServed, UserError } from "../../../core/user-error.ts";
import { Fault, toFault } from "../http/fault.ts";
import type { Entry, ServiceClient } from "./protocol.ts";

/** A service as a person knows it, for what is said of it. */
export type Address = Readonly<{ url: string; api_key_env: string | undefined }>;

/** What a person can fix is reported as such. */
export const explain = (error: unknown, { url, api_key_env }: Address): unknown => {
  if (!(error instanceof Fault) || error.kind !== "fatal") return error;
  const hint = api_key_env
    ? `check the value of ${api_key_env}`
    : "name the variable that holds the key with api_key_env";
  if (error.status === 401) return new UserError(`${url} refuses the key (401)`, { cause: error, hint });
  if (error.status === 403 && !error.moderated)
    return new UserError(`${url} refuses the key, or what it asks for (${error.message})`, { cause: error, hint });
  return new UserError(`${url}: ${error.message}`, { cause: error });
};

/** What a server says of its model beside the name. */
const toldBy = (entry: Entry | undefined): Entry =>
  Object.fromEntries(
    ["root", "parent", "max_model_len", "meta"].flatMap((name) => (entry?.[name] == null ? [] : [[name, entry[name]]])),
  );

const nameOf = ({ id }: Entry): readonly string[] => (typeof id === "string" ? [id] : []);

/** Services name variants of a model after a colon, and some put a folder before the name. */
const isListed = (names: readonly string[], model: string): boolean =>
  [model, `models/${model}`, model.split(":")[0] ?? ""].some((name) => names.includes(name));

const noModel = (url: string, model: string, names: readonly string[]): UserError =>
  new NotServed(`${url} has no model "${model}"`, {
    hint: `it has ${names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`,
  });

export type Greeting = Readonly<{
  told: Entry;
  /** Parameters of a request that the model takes, where the service lists them. */
  supported: readonly string[] | null;
}>;

/** A gateway drops what is not in its list without a word. */
const supportedBy = (entry: Entry | undefined): readonly string[] | null => {
  const list = entry?.["supported_parameters"];
  return Array.isArray(list) ? list.filter((name): name is string => typeof name === "string") : null;
};

/**
 * Address, key and name are looked at before anything is spent, as far as the server has a list of models. Returns what
 * it says of the model.
 */
export const greet = async (client: ServiceClient, address: Address, model: string): Promise<Greeting> => {
  try {
    const list = await client.models(AbortSignal.timeout(20_000));
    const names = list.flatMap(nameOf);
    if (names.length > 0 && !isListed(names, model)) throw noModel(address.url, model, names);
    const entry = list.find(({ id }) => id === model) ?? list.find(({ id }) => id === model.split(":")[0]);
    return { told: toldBy(list.find(({ id }) => id === model)), supported: supportedBy(entry) };
  } catch (error) {
    const fault = toFault(error);
    if (!(fault instanceof Fault)) throw fault;
    if (fault.status === null)
      throw new NotServed(`cannot reach ${address.url}: ${fault.message}`, {
        cause: fault,
        hint: "is base_url right?",
      });
    if (fault.status === 401 || fault.status === 403) throw explain(fault, address);
    return { told: {}, supported: null };
  }
};

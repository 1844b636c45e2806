import { z } from "zod";
import { isBareUrl, notBare } from "../../../core/bare-url.ts";
import { UserError } from "../../../core/user-error.ts";

/** Address of a server. */
export const ServerUrl = z.url({ protocol: /^https?$/ }).refine((url) => !URL.canParse(url) || isBareUrl(url), {
  error: notBare,
});

/** The variable that holds a server's key, and where its value may go. */
export const keyFields = {
  api_key_env: z.string().optional().describe("Name of the environment variable that holds the key."),
  any_key_variable: z
    .boolean()
    .default(false)
    .describe("The variable is meant, although its name is not that of an API key."),
  key_over_http: z
    .boolean()
    .default(false)
    .describe("Send the key over http to another machine, where anyone between can read it."),
};

export type KeyOptions = Readonly<{
  api_key_env?: string | undefined;
  any_key_variable: boolean;
  key_over_http: boolean;
  base_url: string | readonly string[];
}>;

export type Env = Readonly<Record<string, string | undefined>>;

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** Names such as `OPENAI_API_KEY`, `HF_TOKEN` and `MY_KEY`, and not of what opens more than a model. */
export const isKeyName = (name: string): boolean =>
  /API_?KEY/i.test(name) ||
  (/_(KEY|TOKEN)$/i.test(name) &&
    !/(^|_)(?:ACCESS|ADMIN|AWS|AZURE|CI|CSRF|DATABASE|DB|DEPLOY|DISCORD|DOCKER|ENCRYPTION|GCP|GH|GITHUB|GITLAB|GPG|HOST|JWT|KUBE|MASTER|NPM|OAUTH|PASSWORD|PGP|PRIVATE|PYPI|REFRESH|ROOT|SECRET|SESSION|SIGNING|SLACK|SSH|STRIPE|TWINE|VAULT)_/i.test(
      name,
    ));

const checkName = ({ any_key_variable: isMeant }: KeyOptions, name: string): void => {
  if (!isMeant && !isKeyName(name))
    throw new UserError(`${name} is not the name of an API key`, {
      hint: "where its value shall be sent to the server all the same, say any_key_variable: true",
    });
};

const checkWay = ({ base_url, key_over_http: isAllowed }: KeyOptions, name: string): void => {
  const open = [base_url].flat().find((url) => new URL(url).protocol === "http:" && !isLoopback(new URL(url)));
  if (!isAllowed && open !== undefined)
    throw new UserError(`the value of ${name} would go to ${open} unencrypted`, {
      hint: "use https, or say key_over_http: true where nobody between can listen",
    });
};

/** Whether the value of the variable that is named may be sent where it would go. */
export const mayGo = (options: KeyOptions): boolean => {
  try {
    checkName(options, options.api_key_env ?? "");
    checkWay(options, options.api_key_env ?? "");
    return true;
  } catch {
    return false; // opening the model says why
  }
};

/** The key that an environment variable holds, if it may be sent where it would go. */
export const keyOf = (options: KeyOptions, env: Env): string | undefined => {
  const { api_key_env: name } = options;
  if (name === undefined) return undefined;
  checkName(options, name);
  checkWay(options, name);
  const key = env[name];
  if (!key)
    throw new UserError(`environment variable ${name} is not set`, {
      hint: "api_key_env names the variable that holds the key",
    });
  return key;
};

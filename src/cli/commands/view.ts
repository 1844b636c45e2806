import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openPages } from "../../app/pages/pool.ts";
import { openSources } from "../../app/pages/sources.ts";
import { UserError } from "../../core/user-error.ts";
import { startView } from "../../server/view/start-view.ts";

export type ViewFlags = Readonly<{ db: readonly string[]; port: number; host: string; tokenEnv?: string }>;

/** Serves the page over some databases until it is stopped. */
export async function viewCommand({ db, port, host, tokenEnv }: ViewFlags): Promise<number> {
  const token = tokenEnv === undefined ? null : (process.env[tokenEnv] ?? null);
  if (tokenEnv !== undefined && !token)
    throw new UserError(`environment variable ${tokenEnv} is not set`, {
      hint: "--token-env names the variable that holds the token",
    });
  const paths = [...new Set(db)];
  for (const { reader } of openSources(paths)) reader.close();
  const pages = openPages({ paths });
  const server = await startView({ answers: pages.answer, assets: builtPage(), port, host, token });
  process.stdout.write(`${server.url}/${token === null ? "" : "?token=..."}\n`);
  process.stderr.write("Ctrl-C ends it. Databases are only read, also while runs write to them.\n");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.close();
  await pages.close();
  return 0;
}

/** Built beside the code, and in the package. */
export function builtPage(): string {
  const folder = fileURLToPath(new URL("../../web/", import.meta.url));
  if (!existsSync(`${folder}/index.html`))
    throw new UserError("the page is not built", { hint: "npm run build makes it" });
  return folder;
}

import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeBundle } from "../../app/pages/bundle.ts";
import { toldFault } from "../../app/told-fault.ts";
import { openPages } from "../../app/pages/pool.ts";
import { openSources } from "../../app/pages/sources.ts";
import { UserError } from "../../core/user-error.ts";
import { startView } from "../../server/view/start-view.ts";

export type ViewFlags = Readonly<{
  db: readonly string[];
  port: number;
  host: string;
  tokenEnv?: string;
  bundle?: string;
  single?: boolean;
  page?: string;
}>;

/** Serves the page over some databases until it is stopped, or writes a copy of it. */
export async function viewCommand({ db, bundle, single = false, page, ...flags }: ViewFlags): Promise<number> {
  const paths = [...new Set(db)];
  if (bundle === undefined && (single || page !== undefined))
    throw new UserError(`--${single ? "single" : "page"} is for a copy`, { hint: "name its folder with --bundle" });
  if (bundle === undefined) return serveView({ paths, ...flags });
  const only = page === undefined ? {} : { page };
  const copy = { paths, assets: builtPage(), folder: bundle, single, date: new Date(), ...only };
  const first = await writeBundle(copy).catch((error: unknown) => {
    throw toldFault(error, paths);
  });
  process.stdout.write(`${first}\n`);
  return 0;
}

type Serving = Readonly<{ paths: readonly string[] }> & Pick<ViewFlags, "port" | "host" | "tokenEnv">;

async function serveView({ paths, port, host, tokenEnv }: Serving): Promise<number> {
  const token = tokenEnv === undefined ? null : (process.env[tokenEnv] ?? null);
  if (tokenEnv !== undefined && !token)
    throw new UserError(`environment variable ${tokenEnv} is not set`, {
      hint: "--token-env names the variable that holds the token",
    });
  for (const { reader } of openSources(paths)) reader.close();
  const pages = openPages({ paths });
  const server = await startView({ answers: pages.answer, assets: builtPage(), port, host, token });
  await pages.begin();
  // What the first pages need is ready, or nearly, when somebody has opened one.
  for (const path of ["/api/curves", "/api/experiments"]) void pages.answer(path, {}).catch(() => undefined);
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

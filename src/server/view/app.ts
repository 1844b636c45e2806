import { readFileSync } from "node:fs";
import { Hono, type Context } from "hono";
import type { Answer, Answers } from "./answers.ts";
import { exactHost, harden, readOnly, requireToken, sameOrigin } from "./guard.ts";
import { liveStream } from "./live-stream.ts";

export type ViewOptions = Readonly<{
  answers: Answers;
  /** Folder of the built page. */
  assets: string;
  token: string | null;
  /** `name:port` under which the page may be asked for, known once the port is; null: any, where a token is needed. */
  hosts: () => readonly string[] | null;
}>;

const files: Readonly<Record<string, string>> = {
  "/app.js": "text/javascript; charset=utf-8",
  "/app.css": "text/css; charset=utf-8",
  "/icon.svg": "image/svg+xml",
};

/** The page and its read API. */
export function viewApp({ answers, assets, token, hosts }: ViewOptions): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    const isBroad = error.name === "TooBroad";
    return context.json({ error: error.message, hint: null }, isBroad ? 503 : 500);
  });
  app.use(harden, readOnly, exactHost(hosts));
  if (token !== null) app.use(requireToken(token));
  app.use("/api/*", sameOrigin);
  app.get("/api/e/:experiment/events", (context) => liveStream(context, answers));
  app.get("/api/*", async (context) => {
    const query = hosts() === null ? withoutReveal(queryOf(context)) : queryOf(context);
    return told(context, await answers(pathOf(context), query));
  });
  for (const [path, type] of Object.entries(files))
    app.get(path, (context) => context.body(readFileSync(`${assets}${path}`), 200, { "Content-Type": type }));
  app.get("*", (context) =>
    context.body(readFileSync(`${assets}/index.html`), 200, { "Content-Type": "text/html; charset=utf-8" }),
  );
  return app;
}

/** As it was sent: names may hold a slash. */
const pathOf = (context: Context): string => new URL(context.req.url).pathname;

const queryOf = (context: Context): Readonly<Record<string, string>> =>
  Object.fromEntries(new URL(context.req.url).searchParams);

/** What confidential data sets ask is shown to whoever sits at the machine alone. */
const withoutReveal = (query: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(query).filter(([name]) => name !== "reveal"));

const told = (context: Context, { status, type, body }: Answer): Response =>
  context.body(typeof body === "string" ? body : Uint8Array.from(body), status, { "Content-Type": type });

import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Whatever a model wrote, the page runs nothing but its own script, asks nobody else, and is kept nowhere. */
export const harden: MiddlewareHandler = async (context, next) => {
  await next();
  context.header("Content-Security-Policy", POLICY);
  context.header("X-Content-Type-Options", "nosniff");
  context.header("Referrer-Policy", "no-referrer");
  context.header("Cross-Origin-Resource-Policy", "same-origin");
  context.header("Cross-Origin-Opener-Policy", "same-origin");
  context.header("Cache-Control", "no-store");
};

/** Nothing can be changed through the page. */
export const readOnly: MiddlewareHandler = async (context, next) => {
  if (context.req.method !== "GET" && context.req.method !== "HEAD")
    return context.json({ error: "only GET is served", hint: null }, 405);
  return next();
};

/** A page of the web that points a name at this machine still sends its own name, and its own port. */
export const exactHost =
  (hosts: () => readonly string[] | null): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header("host") ?? "";
    if (hosts()?.includes(host.toLowerCase()) === false)
      return context.json({ error: `host ${JSON.stringify(host)} is not served here`, hint: null }, 421);
    return next();
  };

/** Other pages may not ask in the name of this one. Browsers say where a request comes from; programs need not. */
export const sameOrigin: MiddlewareHandler = async (context, next) => {
  const [site, origin] = [context.req.header("sec-fetch-site"), context.req.header("origin")];
  const host = context.req.header("host");
  const isOther =
    (site !== undefined && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && origin !== `http://${host}`);
  if (isOther) return context.json({ error: "asked from another page", hint: null }, 403);
  return next();
};

const COOKIE = "overthink-view";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** `?token=` once, a cookie from then on; programs send a bearer token. */
export const requireToken =
  (token: string): MiddlewareHandler =>
  async (context, next) => {
    const url = new URL(context.req.url);
    const given = url.searchParams.get("token");
    if (given !== null && equal(given, token)) {
      setCookie(context, COOKIE, token, { httpOnly: true, sameSite: "Strict", path: "/" });
      url.searchParams.delete("token");
      return context.redirect(`${url.pathname}${url.search}`, 303);
    }
    const bearer = (context.req.header("authorization") ?? "").replace(/^Bearer /, "");
    if (!equal(bearer, token) && !equal(getCookie(context, COOKIE) ?? "", token))
      return context.json({ error: "a token is needed", hint: "open the address that the command printed" }, 401);
    return next();
  };

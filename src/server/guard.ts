import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { sha256 } from "../core/hash.ts";
import { ApiError } from "./api-error.ts";

const loopback: readonly string[] = ["127.0.0.1", "localhost", "::1", "[::1]"];

export const isLoopback = (host: string): boolean => loopback.includes(host);

const nameIn = (header: string | undefined): string => (header ?? "").replace(/:\d+$/, "");

/** A page of the web that points its name at this machine still sends its own name. */
export const allowHosts =
  (hosts: readonly string[]): MiddlewareHandler =>
  async (context, next) => {
    const name = nameIn(context.req.header("host"));
    if (!isLoopback(name) && !hosts.includes(name))
      throw new ApiError(421, `host ${JSON.stringify(name)} is not served here`);
    await next();
  };

const equal = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));

export const requireToken =
  (token: string): MiddlewareHandler =>
  async (context, next) => {
    if (!equal(context.req.header("authorization") ?? "", `Bearer ${token}`))
      throw new ApiError(401, "a bearer token is needed");
    await next();
  };

/** Other content types can be posted by any page without asking. */
export const requireJson: MiddlewareHandler = async (context, next) => {
  const type = context.req.header("content-type") ?? "";
  if (context.req.method === "POST" && !/^application\/json\b/i.test(type))
    throw new ApiError(415, "content-type must be application/json");
  await next();
};

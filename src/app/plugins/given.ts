import { sha256 } from "../../core/hash.ts";
import type { AnyMethod } from "../../ports/method.ts";
import type { Added, Extensions, GraderKind } from "../registry.ts";
import { graderPlugin } from "./grader-plugin.ts";
import { methodPlugin } from "./method-plugin.ts";
import type { GraderModule, MethodModule, Plugin } from "./modules.ts";

/** What a program adds, in full: what a module may leave out it may leave out too. */
export async function given({ methods = {}, graders = {}, ...rest }: Extensions): Promise<Added> {
  return {
    ...rest,
    methods: await all(methods, (name, method): AnyMethod | Promise<AnyMethod> =>
      typeof method === "object" && "knobs" in method
        ? method
        : methodPlugin(method as Plugin<MethodModule>, { what: name, name }),
    ),
    graders: await all(graders, (name, grader) =>
      typeof grader === "object" && "create" in grader
        ? grader
        : graderPlugin(grader as Plugin<GraderModule>, { what: name, name, version: versionOf(grader) }),
    ),
  };
}

/** A program's grader has no file; its text is the best that is known of it. */
const versionOf = (grader: Plugin<GraderModule>): string =>
  sha256(String(typeof grader === "function" ? grader : grader.grade)).slice(0, 12);

async function all<From, To extends AnyMethod | GraderKind>(
  parts: Readonly<Record<string, From>>,
  made: (name: string, part: From) => To | Promise<To>,
): Promise<Readonly<Record<string, To>>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await made(name, part)] as const)),
  );
}

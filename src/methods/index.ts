import type { AnyMethod, Method, NativeMethod } from "../ports/method.ts";
import * as all from "./all.ts";

const named = <M extends AnyMethod>(fits: (method: AnyMethod) => method is M): Readonly<Record<string, M>> =>
  Object.fromEntries((Object.values(all) as readonly AnyMethod[]).filter(fits).map((method) => [method.name, method]));

/** Methods for models that cannot continue a thought, by their names. */
export const nativeMethods: Readonly<Record<string, NativeMethod>> = named((method) => "knobs" in method);

/** Every other method by the name it has in an experiment file. */
export const methods: Readonly<Record<string, Method>> = named((method) => "run" in method);

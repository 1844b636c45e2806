import { expect, test } from "vitest";
import { registry } from "../src/app/registry.ts";
import { graders, methods, nativeMethods } from "../src/index.ts";

test("the public methods and graders are those that an experiment file may name", () => {
  expect(Object.keys({ ...methods, ...nativeMethods }).sort()).toEqual(Object.keys(registry.methods).sort());
  expect(Object.keys(graders).sort()).toEqual(Object.keys(registry.graders).sort());
});

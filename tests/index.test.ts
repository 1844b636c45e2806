import { expect, test } from "vitest";
import * as overthink from "../src/index.ts";

test("the package offers the app, and the errors it throws", () => {
  expect(Object.keys(overthink).sort()).toEqual([
    "UserError",
    "UserErrors",
    "openExperiment",
    "openModel",
    "openResults",
  ]);
});

import { expect, it } from "vitest";
import * as overthink from "../../src/index.ts";

it("offers the app, its errors, and what a method is written with", () => {
  expect(Object.keys(overthink).sort()).toEqual([
    "Failure",
    "UserError",
    "UserErrors",
    "answerPieces",
    "delimiter",
    "endsWith",
    "forced",
    "openExperiment",
    "openModel",
    "openResults",
    "sampleAnswer",
    "z",
  ]);
});

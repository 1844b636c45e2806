import { join } from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import usual from "../../vitest.config.ts";

/** What takes too long for every `npm test`: `npm run test:long`, with a part of a file's name to run that one alone. */
export default mergeConfig(
  { ...usual, test: { ...usual.test, include: [] } },
  defineConfig({
    test: {
      root: join(import.meta.dirname, "..", ".."),
      include: ["tests/long/**/*.long.ts"],
      testTimeout: 24 * 3_600_000,
      maxWorkers: 1,
    },
  }),
);

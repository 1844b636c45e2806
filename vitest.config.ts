import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    globalSetup: ["tests/setup/machine.ts"],
    setupFiles: ["tests/setup/generated-cases.ts"],
    // They only end what hangs: a busy machine may take a hundred times as long as a quiet one.
    // Simulations in full take as long as they take.
    testTimeout: process.env["SIMULATE"] === "1" ? 0 : 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 300_000,
    expect: { poll: { timeout: 600_000 } },
    maxWorkers: 2,
    env: { UV_THREADPOOL_SIZE: "1" },
  },
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundledExperiments, experimentFile } from "../../src/experiment/bundled.ts";
import { overthink, scratch } from "./overthink.ts";

const folder = scratch();

describe("overthink init", () => {
  it("writes an experiment that can be planned as it is", async () => {
    expect(await overthink(["init", "first-try"], folder)).toMatchObject({ code: 0 });
    const { code, stdout } = await overthink(["plan", "first-try.yaml", "--json"], folder);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { experiment: "first-try", points: 9, attempts: 900 }]);
  });

  it("never writes over a file, and takes no name that an experiment cannot have", async () => {
    writeFileSync(join(folder, "mine.yaml"), "precious");
    const { code, stderr } = await overthink(["init", "mine"], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining("mine.yaml exists already") as string]);
    expect(readFileSync(join(folder, "mine.yaml"), "utf8")).toBe("precious");
    expect((await overthink(["init", "../Elsewhere"], folder)).code).toBe(2);
  });
});

describe("bundled experiments", () => {
  it("are found by name from any folder", async () => {
    const { code, stdout } = await overthink(["plan", "pico-figure1", "--limit", "3", "--json"], folder);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { experiment: "pico-figure1", problems: 3 }]);
    for (const name of bundledExperiments()) expect(existsSync(experimentFile(name)), name).toBe(true);
    expect(experimentFile("experiments/pico-wait.yaml")).toMatch(/pico-wait\.yaml$/);
  });

  it("are named where a name is none of them", async () => {
    const { code, stderr } = await overthink(["plan", "pico-figure7"], folder);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/no bundled experiment of that name .*pico-figure1/) as string,
    ]);
  });
});

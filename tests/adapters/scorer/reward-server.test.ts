import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scoreTold } from "../../../src/adapters/scorer/http.ts";
import { Scorers } from "../../../src/app/scorers.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const file = join(import.meta.dirname, "../../../examples/reward-server.py");

/** The example's server around a model that says the share of the letter a, and reads a token for each letter. */
const stub = `
import importlib.util
spec = importlib.util.spec_from_file_location("server", ${JSON.stringify(file)})
server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(server)
class Stub:
    parameters = 1000
    def score(self, problem, response):
        return response.count("a") / len(response), len(problem + response)
assert server.steps_of("one\\n\\ntwo\\n\\n") == ["one", "two"] and server.steps_of("") == [""]
running = server.serve(Stub(), 0)
print(running.server_address[1], flush=True)
running.serve_forever()
`;

describe.skipIf(!hasPython)("the example of a reward model", () => {
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    child = spawn("python3", ["-c", stub], { stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    url = `http://127.0.0.1:${String(port).trim()}/score`;
  });
  afterAll(() => void child.kill());

  it("answers with scores, the tokens it read and its size", async () => {
    const items = [
      { problem: "q", response: "aab" },
      { problem: "qq", response: "bb" },
    ];
    expect(await scoreTold(items, { url })).toEqual([
      { score: 2 / 3, tokens: 4, parameters: 1000 },
      { score: 0, tokens: 4, parameters: 1000 },
    ]);
  });

  it("is asked once about a text, and what it took is told each time", async () => {
    const scorer = new Scorers().at(url);
    const items = [{ problem: "q", response: "ab" }];
    expect(await scorer.score(items)).toEqual([0.5]);
    expect(await scorer.score(items)).toEqual([0.5]);
    expect(await scorer.spent(items)).toEqual([{ tokens: 3, parameters: 1000 }]);
  });

  it("says what is wrong with a request", async () => {
    const reply = await fetch(url, { method: "POST", body: "{}" });
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining("items")]);
  });
});

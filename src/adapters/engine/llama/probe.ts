import { spawn } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getModuleVersion } from "node-llama-cpp";
import { makeFolder } from "../../../core/make-folder.ts";
import { UserError } from "../../../core/user-error.ts";
import { fileSha256 } from "./file-hash.ts";
import type { LlamaOptions } from "./options.ts";
import { endAbove } from "./resident.ts";

const script = fileURLToPath(new URL("../../../../bin/probe-model.mjs", import.meta.url));

/**
 * Loads a model in a process of its own first: a file that makes llama.cpp abort, crash or hang ends that process, and
 * here it is a UserError. A file whose content came through once is remembered in `folder` and not tried again.
 */
export async function probeModel({ path, gpu }: Pick<LlamaOptions, "path" | "gpu">, folder: string): Promise<void> {
  const mark = join(folder, `${await fileSha256(path)}-${await getModuleVersion()}-${gpu}`);
  if (existsSync(mark)) return;
  const fault = faultOf(await runProbe(path, String(gpu)));
  if (fault !== null)
    throw new UserError(`llama.cpp cannot load model "${path}": ${fault}`, {
      hint: "the file is damaged, or made for another version of llama.cpp",
    });
  remember(folder, mark);
}

/** Where nothing can be written, the next start tries again. */
function remember(folder: string, mark: string): void {
  try {
    makeFolder(folder);
    writeFileSync(mark, "");
  } catch {
    // It costs a second at each start, and nothing else.
  }
}

type Ended = Readonly<{
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  isAbove: boolean;
}>;

/**
 * Bytes that loading may take: three times the file (mapped, repacked, computed with), and node; more where a GPU has
 * its own code. An honest model must never be refused, so it is generous.
 */
const mostBytes = (path: string, gpu: string): number =>
  3 * statSync(path).size + (gpu === "false" ? 2 ** 30 : 3 * 2 ** 30);

/** Milliseconds for a process to start on a busy machine, and for each byte that a slow disk gives. */
const patience = (path: string): number => Math.round(30_000 + statSync(path).size / 20_000);

/** What is kept of the outputs; llama.cpp can complain for long. */
const mostKept = 100_000;

function runProbe(path: string, gpu: string): Promise<Ended> {
  const child = spawn(process.execPath, [script, path, gpu], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patience(path),
    killSignal: "SIGKILL",
  });
  const isAbove = endAbove(child, mostBytes(path, gpu));
  const heard = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      if (heard[name].length < mostKept) heard[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...heard, isAbove: isAbove() }));
  });
}

/** What went wrong, in a line; null where nothing did. */
function faultOf({ code, signal, stdout, stderr, isAbove }: Ended): string | null {
  const said = /\{.*\}/s.exec(stdout)?.[0];
  if (code === 0 && said === "{}") return null;
  if (said !== undefined && code === 0) return clip((JSON.parse(said) as { fault: string }).fault);
  if (isAbove) return "it takes more memory than a model of its size";
  if (signal === "SIGKILL") return "it did not end in time";
  const reason = /GGML_ASSERT\(.*\) failed|what\(\):.*|.*\S.*/.exec(stderr)?.[0] ?? "no reason given";
  return clip(`it ends the process (${signal ?? `exit code ${code}`}): ${reason.trim()}`);
}

/** On one line, without the folders of the machine that llama.cpp was built on. */
const clip = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\S*\/(?=[\w.-]+:\d+:)/g, "")
    .slice(0, 300);

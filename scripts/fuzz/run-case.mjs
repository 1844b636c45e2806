import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));

/** What the process took, on a pipe of its own. */
const meter = `--import=data:text/javascript,${encodeURIComponent(
  'import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,JSON.stringify(process.resourceUsage())))',
)}`;

/** Milliseconds of the processor and megabytes that a case may take, and the milliseconds after which it hangs. */
export const limits = { ms: 2000, mb: 500, hangs: 60_000 };

const cache = mkdtempSync(join(tmpdir(), "overthink-fuzz-cache-"));
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));

const heard = (stream) => {
  let text = "";
  stream.setEncoding("utf8").on("data", (part) => (text += text.length < 200_000 ? part : ""));
  return () => text;
};

const run = (args, cwd) => {
  const env = { ...process.env, NODE_OPTIONS: meter, OVERTHINK_CACHE: cache, NO_COLOR: "1" };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [stdout, stderr, usage] = [1, 2, 3].map((at) => heard(child.stdio[at]));
  const timer = setTimeout(() => child.kill("SIGKILL"), limits.hangs);
  return new Promise((resolve) =>
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: stdout(), stderr: stderr(), usage: usage() });
    }),
  );
};

const judge = ({ code, signal, stderr }, { codes = [0, 2] }) => {
  if (signal !== null) return `ended by ${signal}`;
  const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
  if (/^\s+at .*:\d+/m.test(stderr)) return `a stack: ${stderr.slice(0, 300)}`;
  if (stderr.includes("fault of overthink itself")) return errors[0];
  if (!codes.includes(code)) return `exit code ${code}: ${stderr.slice(-200)}`;
  if (code !== 0 && errors.length === 0) return `exit code ${code} without a line: ${stderr.slice(-200)}`;
  return errors.length > 21 ? `${errors.length} lines` : null;
};

/** Processor and memory of one run of a case, and what is wrong with its end. */
const tried = async (one) => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-"));
  try {
    for (const [name, content] of Object.entries(one.files ?? {})) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const ended = await run(one.args, folder);
    const { userCPUTime = 0, systemCPUTime = 0, maxRSS = 0 } = ended.usage === "" ? {} : JSON.parse(ended.usage);
    const [ms, mb] = [Math.round((userCPUTime + systemCPUTime) / 1000), Math.round(maxRSS / 1024)];
    return { fault: judge(ended, one), ms, mb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Runs one case: `{ name, files: { name: content }, args, codes }`, or `{ name, ask }` for one of a running server.
 * `base`: milliseconds that an honest one takes here and now: where other work makes that slow, a hostile one may take
 * half as much again. What is too slow once is run once more.
 */
export const runCase = async (one, base = 0) => {
  const isHeavy = ({ ms, mb }) => ms > Math.max(limits.ms, 1.5 * base) || mb > limits.mb;
  const attempt = one.ask ?? (() => tried(one));
  const first = await attempt();
  const last = first.fault === null && isHeavy(first) ? await attempt() : first;
  return { ...last, fault: last.fault ?? (isHeavy(last) ? `took ${last.ms} ms and ${last.mb} MB` : null) };
};

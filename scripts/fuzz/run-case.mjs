import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));

/** What the process took, on a pipe of its own; on Linux with the time of children that it waited for. */
const meter = `--import=data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeSync } from "node:fs";
  import { isMainThread } from "node:worker_threads";
  const ofChildren = () => {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  };
  if (isMainThread) process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const ms = (userCPUTime + systemCPUTime) / 1000 + (process.platform === "linux" ? ofChildren() : 0);
    writeSync(3, JSON.stringify({ ms, mb: maxRSS / 1024 }));
  });
`)}`;

/** Milliseconds of the processor and megabytes that a case may take, and the milliseconds after which it hangs. */
export const limits = { ms: 2000, mb: 500, hangs: 60_000 };

const cache = mkdtempSync(join(tmpdir(), "overthink-fuzz-cache-"));
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));

const heard = (stream) => {
  let text = "";
  stream.setEncoding("utf8").on("data", (part) => (text += text.length < 200_000 ? part : ""));
  return () => text;
};

const statusOf = (pid, field) => {
  try {
    return Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  } catch {
    return 0; // it has ended, or this is no Linux
  }
};

const childrenOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  } catch {
    return [];
  }
};

/** The most megabytes that a child of a process had, looked at while it is there. */
const watchChildren = (pid) => {
  let most = 0;
  const look = () => {
    for (const child of childrenOf(pid)) most = Math.max(most, statusOf(child, "VmHWM") / 1024);
  };
  const timer = setInterval(look, 20);
  return () => (clearInterval(timer), most);
};

const run = (args, cwd) => {
  const env = { ...process.env, NODE_OPTIONS: meter, OVERTHINK_CACHE: cache, NO_COLOR: "1" };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [stdout, stderr, usage] = [1, 2, 3].map((at) => heard(child.stdio[at]));
  const ofChildren = watchChildren(child.pid);
  const timer = setTimeout(() => child.kill("SIGKILL"), limits.hangs);
  return new Promise((resolve) =>
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const { ms = 0, mb = 0 } = usage() === "" ? {} : JSON.parse(usage());
      const most = Math.round(Math.max(mb, ofChildren()));
      resolve({ code, signal, stdout: stdout(), stderr: stderr(), ms: Math.round(ms), mb: most });
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
    return { fault: judge(ended, one), ms: ended.ms, mb: ended.mb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Milliseconds of the processor in which the command starts where the limit is meant. */
const meantStart = 300;

/**
 * How many times slower the processor is here and now: where other work shares its core and its caches, the same work
 * takes several times as long, of the processor's own time too.
 */
export const slowness = async () => {
  const starts = [];
  for (let times = 0; times < 3; times++) starts.push((await run(["--version"], cache)).ms);
  return Math.max(1, Math.min(...starts) / meantStart);
};

/**
 * Runs one case: `{ name, files: { name: content }, args, codes, drawn }`, or `{ name, ask }` for one of a running server.
 * `drawn`: how many databases it draws all pages of, each of which may take as long as one case. Its milliseconds are those of a processor that is not slowed down. What is too slow once is run once more.
 */
export const runCase = async (one, slow = 1) => {
  const isHeavy = ({ ms, mb }) => ms > limits.ms * (one.drawn ?? 1) || mb > limits.mb;
  const attempt = async () => {
    const { ms, ...more } = await (one.ask ?? (() => tried(one)))();
    return { ...more, ms: Math.round(ms / slow) };
  };
  const first = await attempt();
  const last = first.fault === null && isHeavy(first) ? await attempt() : first;
  return { ...last, fault: last.fault ?? (isHeavy(last) ? `took ${last.ms} ms and ${last.mb} MB` : null) };
};

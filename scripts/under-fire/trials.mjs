// What is done to runs. Each trial returns what it did and what went wrong; nothing may.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { contents, difference, experiment, folder, run, sleep, start, tokensIn } from "./lab.mjs";

let databases = 0;
const fresh = () => join(folder, `${databases++}.db`);

async function undisturbed(file) {
  const db = fresh();
  const { code, stderr } = await run(["run", file, "--db", db]);
  if (code !== 0) throw new Error(`an undisturbed run ended with ${code}: ${stderr}`);
  return contents(db);
}

/** kill -9 at random moments, most of them while it decodes, again and again until a run comes to its end; then the next one. */
export async function kills(count, random) {
  const faults = [];
  const files = [
    experiment("kills-greedy"),
    experiment("kills-sampled", { temperature: 0.8 }),
    experiment("kills-pico", { engine: "pico" }),
  ];
  const expected = [];
  let [killed, finished] = [0, 0];
  for (let campaign = 0; killed < count; campaign++) {
    const [db, at] = [fresh(), campaign % files.length];
    expected[at] ??= await undisturbed(files[at]);
    for (let code = null; code !== 0;) {
      const { child, ended } = start(["run", files[at], "--db", db]);
      if (killed < count) void killSometime(child, db, random);
      const end = await ended;
      code = end.code;
      if (end.signal === "SIGKILL") killed++;
      else if (code !== 0) {
        faults.push(`a run ended with ${code}: ${end.stderr}`);
        break;
      }
    }
    finished++;
    const fault = difference(db, expected[at]);
    if (fault) faults.push(fault);
  }
  return { did: `${killed} kills -9, ${finished} databases`, faults };
}

async function killSometime(child, db, random) {
  const before = tokensIn(db);
  if (random() < 0.8)
    while (tokensIn(db) <= before && child.exitCode === null && child.signalCode === null) await sleep(5);
  await sleep(random() * 600);
  child.kill("SIGKILL");
}

/** A disk that is full at a random moment: a small file system where one may be mounted, else a limit on the size of files. */
export async function disk(count, random) {
  const faults = [];
  const file = experiment("disk", { temperature: 0.8, epochs: 2 });
  const expected = await undisturbed(file);
  const mount = join(folder, "disk");
  mkdirSync(mount, { recursive: true });
  const canMount = process.getuid?.() === 0 && mounts("-t", "tmpfs", "-o", "size=1m", "none", mount);
  if (canMount) execFileSync("umount", [mount]);
  let failed = 0;
  for (let trial = 0; trial < count; trial++) {
    const kilobytes = Math.round(350 + random() * 500);
    const isMounted = canMount && trial % 2 === 0 && mounts("-t", "tmpfs", "-o", `size=${kilobytes}k`, "none", mount);
    const db = isMounted ? join(mount, "full.db") : fresh();
    const first = await run(["run", file, "--db", db], isMounted ? {} : { shell: `ulimit -f ${kilobytes}` });
    if (first.code === 1) failed++;
    const errors = first.stderr.split("\n").filter((line) => /^error|^ {4}at /.test(line));
    if (first.code !== 0 && (first.code !== 1 || errors.length !== 1))
      faults.push(`a full disk ended with ${first.code ?? first.signal}: ${first.stderr}`);
    if (isMounted) execFileSync("mount", ["-o", "remount,size=64m", mount]);
    const second = await run(["run", file, "--db", db]);
    if (second.code !== 0) faults.push(`with room again a run ended with ${second.code}: ${second.stderr}`);
    const fault = second.code === 0 ? difference(db, expected) : null;
    if (fault) faults.push(fault);
    if (isMounted) execFileSync("umount", [mount]);
    else rmSync(db, { force: true });
  }
  return {
    did: `${count} small disks, ${failed} of them full${canMount ? "" : " (by a limit on files alone)"}`,
    faults,
  };
}

function mounts(...args) {
  try {
    execFileSync("mount", args, { stdio: "ignore" });
    return true;
  } catch {
    return false; // not allowed here
  }
}

/** A server that stops for seconds (SIGSTOP), or is killed and started again, in the middle of a run. */
export async function server(count, random) {
  const faults = [];
  const source = experiment("served-model", { engine: "pico" });
  const port = 20_000 + Math.floor(random() * 20_000);
  const serve = async () => {
    const started = start(["serve", source, "--port", String(port)]);
    while (!started.output.stdout.includes("/v1") && started.child.exitCode === null) await sleep(50);
    return started;
  };
  let serving = await serve();
  const file = experiment("served", { engine: "served", port });
  const expected = await undisturbed(file);
  for (let trial = 0; trial < count; trial++) {
    const db = fresh();
    const running = start(["run", file, "--db", db]);
    await sleep(800 + random() * 1500);
    if (trial % 3 === 2) {
      serving.child.kill("SIGKILL");
      serving = await serve();
    } else {
      serving.child.kill("SIGSTOP");
      await sleep(500 + random() * 3000);
      serving.child.kill("SIGCONT");
    }
    const { code, stderr } = await running.ended;
    const again = code === 0 ? { code } : await run(["run", file, "--db", db]);
    const fault = again.code === 0 ? difference(db, expected) : `runs ended with ${code} and ${again.code}: ${stderr}`;
    if (fault) faults.push(fault);
  }
  serving.child.kill("SIGKILL");
  return { did: `${count} servers stopped for seconds, or killed and started again`, faults };
}

/** The same experiment twice at once: one runs it, the other is told so or waits; at times the first is killed. */
export async function same(count, random) {
  const faults = [];
  const file = experiment("same", { temperature: 0.8 });
  const expected = await undisturbed(file);
  let refused = 0;
  for (let trial = 0; trial < count; trial++) {
    const db = fresh();
    const first = start(["run", file, "--db", db]);
    await sleep(random() * 900);
    const waits = trial % 2 === 0;
    const second = start(["run", file, "--db", db, ...(waits ? ["--wait"] : [])]);
    if (waits) void sleep(500 + random() * 900).then(() => first.child.kill("SIGKILL"));
    const ends = [await first.ended, await second.ended];
    refused += ends.filter(({ code }) => code === 2).length;
    const isRight = ({ code, signal, stderr }) =>
      code === 0 ||
      (waits ? signal === "SIGKILL" : code === 2 && /is being run in this database by process/.test(stderr));
    for (const end of ends) if (!isRight(end)) faults.push(`a run ended with ${end.code ?? end.signal}: ${end.stderr}`);
    const fault = difference(db, expected);
    if (fault) faults.push(fault);
  }
  return { did: `${count} pairs of runs of one experiment, ${refused} refused`, faults };
}

/** Two experiments that share chains, side by side; at times one is killed, and run again. */
export async function different(count, random) {
  const faults = [];
  const shape = { temperature: 0.8, epochs: 2 };
  const files = [
    experiment("left", { ...shape, budgets: [0, 16, 64] }),
    experiment("right", { ...shape, budgets: [4, 32, 128] }),
  ];
  const apart = fresh();
  for (const file of files) await run(["run", file, "--db", apart]);
  const expected = contents(apart);
  let both = 0;
  for (let trial = 0; trial < count; trial++) {
    const db = fresh();
    const runs = files.map((file) => start(["run", file, "--db", db]));
    if (trial % 2 === 1) void sleep(600 + random() * 1500).then(() => runs[0].child.kill("SIGKILL"));
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    for (const [at, end] of ends.entries()) {
      const again = end.signal === "SIGKILL" ? await run(["run", files[at], "--db", db]) : end;
      if (again.code !== 0) faults.push(`a run ended with ${again.code}: ${again.stderr}`);
    }
    if (ends.every(({ code }) => code === 0)) both++;
    const fault = difference(db, expected);
    if (fault) faults.push(fault);
  }
  return { did: `${count} pairs of experiments that share chains, ${both} undisturbed`, faults };
}

/** A clock that jumps by hours, also while another process looks whether the run is alive. */
export async function clocks(count, random) {
  const faults = [];
  const file = experiment("clocks");
  const expected = await undisturbed(file);
  const env = { NODE_OPTIONS: `--import ${new URL("jump-clock.mjs", import.meta.url)}` };
  for (let trial = 0; trial < count; trial++) {
    const db = fresh();
    const running = start(["run", file, "--db", db], { env });
    await sleep(900 + random() * 500);
    const other = await run(["run", file, "--db", db], { env });
    if (other.code !== 2 && other.code !== 0) faults.push(`a second run ended with ${other.code}: ${other.stderr}`);
    const { code, stderr } = await running.ended;
    if (code !== 0) faults.push(`a run ended with ${code}: ${stderr}`);
    const fault = difference(db, expected);
    if (fault) faults.push(fault);
  }
  return { did: `${count} runs under a clock that jumps by hours`, faults };
}

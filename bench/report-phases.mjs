// One report in a process of its own, so that its memory is its own: node bench/report-phases.mjs DATABASE FOLDER EXPERIMENT...
import { sqliteReader } from "../dist/adapters/store/sqlite-reader.js";
import { openForReading } from "../dist/adapters/store/sqlite.js";
import { chosen } from "../dist/report/chosen.js";
import { compose } from "../dist/report/compose.js";
import { gather } from "../dist/report/gather.js";
import { filesOf } from "../dist/report/report-files.js";
import { writeAll } from "../dist/report/write-all.js";

const [path, outDir, ...names] = process.argv.slice(2);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

let inSql = 0;

/** Time in the database, a row at a time where rows come one by one. */
function timed(reader) {
  const clock = (act) => {
    const start = performance.now();
    try {
      return act();
    } finally {
      inSql += performance.now() - start;
    }
  };
  function* each(rows) {
    const iterator = rows[Symbol.iterator]();
    for (let next = clock(() => iterator.next()); !next.done; next = clock(() => iterator.next())) yield next.value;
  }
  return new Proxy(reader, {
    get:
      (target, key) =>
      (...args) => {
        const told = clock(() => target[key](...args));
        return told !== null && typeof told === "object" && !Array.isArray(told) && Symbol.iterator in told
          ? each(told)
          : told;
      },
  });
}

const phases = {};
let last = { cpu: 0, wall: 0, sql: 0 };

function phase(name) {
  const now = { cpu: cpu(), wall: performance.now(), sql: inSql };
  const sql = now.sql - last.sql > 10 ? `, ${((now.sql - last.sql) / 1000).toFixed(1)} s in SQL` : "";
  phases[name] = `${(now.cpu - last.cpu).toFixed(1)} s${sql}`;
  last = now;
}

const reader = timed(sqliteReader(openForReading(path)));
phase("start");
const experiments = chosen(reader, names).map((row) => gather(reader, row));
phase("gather");
const document = await compose({ reader, experiments, reference: null });
phase("analyse and draw");
const files = await filesOf(document);
phase("files");
await writeAll(outDir, files);
phase("write");

const size = (name) => `${((files.get(name)?.length ?? 0) / 2 ** 20).toFixed(1)} MiB`;
const all = [...files.values()].reduce((sum, content) => sum + content.length, 0);
console.log(
  JSON.stringify({
    CPU: `${cpu().toFixed(1)} s`,
    wall: `${(performance.now() / 1000).toFixed(1)} s`,
    peak: `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
    ...phases,
    page: size("report.html"),
    Markdown: size("report.md"),
    [`all ${files.size} files`]: `${(all / 2 ** 20).toFixed(1)} MiB`,
  }),
);

// One thread in libuv's pool makes in-process decoding up to twice as fast, and it has to be said before the pool is
// first used: hence a file of its own, loaded before all others. Where something was loaded before it (--import,
// --require), the pool may be there already; then nothing is promised and the engine takes its slower, safe way.
const preloaded = /--(import|require|loader|experimental-loader)\b|-r\b/.test(
  [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" "),
);
process.env.UV_THREADPOOL_SIZE ??= "1";
if (process.env.UV_THREADPOOL_SIZE === "1" && !preloaded) globalThis[Symbol.for("overthink.one-pool-thread")] = true;

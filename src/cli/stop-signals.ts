/** The user asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super("Interrupted: what was decoded is stored, and the same command continues.");
    this.name = "Interrupted";
  }
}

/**
 * Milliseconds within which a second SIGINT is the same key: npm and npx pass on what the terminal has sent already.
 */
const sameKey = 100;

/**
 * Aborts on the first Ctrl-C or SIGTERM, so that what is under way is stored; a further Ctrl-C leaves at once
 * with exit code 130. A further SIGTERM does not: schedulers send several.
 */
export function stopOnSignal(onFirst: () => void): Readonly<{ signal: AbortSignal; release: () => void }> {
  const controller = new AbortController();
  let pressedAt = -Infinity;
  const stop = (): void => {
    if (controller.signal.aborted) return;
    controller.abort(new Interrupted());
    onFirst();
  };
  const press = (): void => {
    const isAnother = performance.now() - pressedAt > sameKey;
    pressedAt = performance.now();
    if (controller.signal.aborted && isAnother) process.exit(130);
    stop();
  };
  process.on("SIGINT", press);
  process.on("SIGTERM", stop);
  const release = (): void => void process.off("SIGINT", press).off("SIGTERM", stop);
  return { signal: controller.signal, release };
}

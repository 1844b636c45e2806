/** The user asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super("Interrupted: what was decoded is stored, and the same command goes on.");
    this.name = "Interrupted";
  }
}

/**
 * Aborts on the first Ctrl-C (or SIGTERM), so that what is under way is stored; the second one leaves at once
 * with exit code 130.
 */
export function stopOnSignal(
  onFirst: () => void,
): Readonly<{ signal: AbortSignal; abort: (reason: Error) => void; release: () => void }> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted());
    onFirst();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const release = (): void => void process.off("SIGINT", stop).off("SIGTERM", stop);
  return { signal: controller.signal, abort: (reason) => controller.abort(reason), release };
}

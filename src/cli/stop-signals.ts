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

/** `leave`: aborted by a SIGTERM that need not be heeded at once. */
export type Stopping = Readonly<{ signal: AbortSignal; leave: AbortSignal; release: () => void }>;

/**
 * Aborts on the first Ctrl-C or SIGTERM, so that what is under way is stored; a further Ctrl-C leaves at once
 * with exit code 130. A further SIGTERM does not: schedulers send several. As long as `isGentle`, a first SIGTERM only
 * asks to leave, and a second one aborts.
 */
export function stopOnSignal(onFirst: () => void, isGentle: () => boolean = () => false): Stopping {
  const [controller, leaving] = [new AbortController(), new AbortController()];
  let pressedAt = -Infinity;
  let termAt = -Infinity;
  const tell = (aborted: AbortController): void => {
    const isFirst = !controller.signal.aborted && !leaving.signal.aborted;
    if (!aborted.signal.aborted) aborted.abort(new Interrupted());
    if (isFirst) onFirst();
  };
  const press = (): void => {
    const isAnother = performance.now() - pressedAt > sameKey;
    pressedAt = performance.now();
    if (controller.signal.aborted && isAnother) process.exit(130);
    tell(controller);
  };
  const term = (): void => {
    const isAnother = performance.now() - termAt > sameKey;
    termAt = performance.now();
    if (!isAnother) return;
    tell(isGentle() && !leaving.signal.aborted ? leaving : controller);
  };
  process.on("SIGINT", press);
  process.on("SIGTERM", term);
  const release = (): void => void process.off("SIGINT", press).off("SIGTERM", term);
  return { signal: controller.signal, leave: leaving.signal, release };
}

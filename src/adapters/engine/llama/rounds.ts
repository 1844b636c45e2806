/**
 * Spans in flight step together: nobody's next step is handed to llama.cpp before everybody's last one is
 * done. Left to itself the library starts each batch without whoever was sampled last, and it never lets
 * go of its context while there is work queued, so a span that must cut its cache back would wait until
 * all the others had ended.
 */
export type Rounds = Readonly<{
  join(): void;
  /** Must follow every `join`, or the others wait for ever. */
  leave(): void;
  /** Until the next round begins; nothing to wait for where everybody else waits already. */
  turn(): Promise<void> | undefined;
}>;

export const createRounds = (): Rounds => {
  let members = 0;
  let waiting: (() => void)[] = [];
  const begin = (): void => {
    const ready = waiting;
    waiting = [];
    for (const go of ready) go();
  };
  return {
    join: () => {
      members++;
    },
    leave: () => {
      members--;
      if (waiting.length === members) begin();
    },
    turn: () => {
      if (waiting.length + 1 < members) return new Promise((go) => waiting.push(go));
      begin();
      return undefined;
    },
  };
};

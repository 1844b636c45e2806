type Act = (reason: unknown) => void;

const hearers = new WeakMap<AbortSignal, Set<Act>>();

/** Calls back once the signal is aborted, until it is unsubscribed. However many hear a signal, it has one listener. */
export function hear(signal: AbortSignal, act: Act): () => void {
  const acts = hearers.get(signal) ?? listenTo(signal);
  acts.add(act);
  return () => void acts.delete(act);
}

function listenTo(signal: AbortSignal): Set<Act> {
  const acts = new Set<Act>();
  hearers.set(signal, acts);
  const tell = (): void => {
    for (const act of acts) act(signal.reason);
  };
  signal.addEventListener("abort", tell, { once: true });
  return acts;
}

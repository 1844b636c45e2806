import { StoreFault } from "../core/store-fault.ts";

/** The same store. `onFault` gets each fault of it first, before a caller can turn it into another error. */
export function watchStore<Store extends object>(store: Store, onFault: (fault: StoreFault) => void): Store {
  const watched = Object.entries(store).map(([name, act]) => [name, watch(act as Act, onFault)]);
  return Object.fromEntries(watched) as Store;
}

type Act = (...args: readonly unknown[]) => unknown;

const watch =
  (act: Act, onFault: (fault: StoreFault) => void): Act =>
  (...args) => {
    try {
      return act(...args);
    } catch (error) {
      if (error instanceof StoreFault) onFault(error);
      throw error;
    }
  };

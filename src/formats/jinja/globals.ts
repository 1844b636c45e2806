import { dateText } from "./dates.ts";
import { fault } from "./fault.ts";
import { isEqual } from "./operators.ts";
import {
  type Call,
  Callable,
  Dict,
  iterate,
  Namespace,
  Range,
  textOf,
  Tuple,
  Undefined,
  type Value,
} from "./values.ts";

type Turn = Readonly<{
  all: readonly Value[];
  at: number;
  depth: bigint;
  again: (call: Call) => Value;
  changed: { last: readonly Value[] | null };
}>;

/** The `loop` of a turn of `for`. Called, it renders the loop again a level deeper. */
export const loopOf = ({ all, at, depth, again, changed }: Turn): Callable => {
  const int = (value: number) => () => BigInt(value);
  const near = (place: number) => () => all[place] ?? (place in all ? null : new Undefined("an item beside the loop"));
  return new Callable("loop", again, {
    index: int(at + 1),
    index0: int(at),
    revindex: int(all.length - at),
    revindex0: int(all.length - at - 1),
    first: () => at === 0,
    last: () => at === all.length - 1,
    length: int(all.length),
    depth: () => depth,
    depth0: () => depth - 1n,
    previtem: near(at - 1),
    nextitem: near(at + 1),
    cycle: () => new Callable("cycle", ({ args }) => args[at % args.length] ?? fault("no items for cycling given")),
    changed: () =>
      new Callable("changed", ({ args }) => {
        const same = changed.last !== null && isEqual(new Tuple(changed.last), new Tuple(args));
        changed.last = args;
        return !same;
      }),
  });
};

const rangeOf = ({ args }: Call): Value => {
  const ints = args.map((value) => (typeof value === "bigint" ? value : fault("range needs whole numbers")));
  const [first, second, step] = ints;
  if (first === undefined || ints.length > 3) return fault("range needs one to three numbers");
  return second === undefined ? new Range(0n, first, 1n) : new Range(first, second, step ?? 1n);
};

const joiner = ({ args }: Call): Value => {
  let used = false;
  return new Callable("joiner", () => {
    const text = used ? textOf(args[0] ?? ", ") : "";
    used = true;
    return text;
  });
};

const entriesOf = ({ args, named }: Call): readonly (readonly [Value, Value])[] => {
  const [from] = args;
  const pairs =
    from instanceof Dict
      ? from.entries()
      : from === undefined
        ? []
        : iterate(from).map((pair) => iterate(pair) as unknown as readonly [Value, Value]);
  return [...pairs, ...named];
};

const spaceOf = (call: Call): Namespace => {
  const space = new Namespace();
  for (const [key, value] of entriesOf(call)) space.values.set(textOf(key), value);
  return space;
};

/** What jinja2 and chat templates may call. `date`: the day that `strftime_now` writes. */
export const globalsOf = (date: string): Readonly<Record<string, Value>> => ({
  range: new Callable("range", rangeOf),
  dict: new Callable("dict", (call) => new Dict(entriesOf(call))),
  namespace: new Callable("namespace", spaceOf),
  joiner: new Callable("joiner", joiner),
  raise_exception: new Callable("raise_exception", ({ args }) => fault(textOf(args[0] ?? ""))),
  strftime_now: new Callable("strftime_now", ({ args }) => dateText(date, textOf(args[0] ?? ""))),
});

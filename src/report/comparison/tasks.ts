import { sha256 } from "../../core/hash.ts";
import { random } from "../../metrics/random.ts";
import type { ResultReader, TaskRow } from "../../ports/result-reader.ts";
import type { Arm, ArmPair } from "./arms.ts";

/** What a point asked of a problem, and who judged the answer; hashes of what can be long. */
export type Task = Readonly<{ question: string; target: string; prompt: string; grader: string }>;

/** By problem. */
export type Tasks = ReadonlyMap<string, Task>;

/** The tasks of every point of a curve, by its id. */
export type ArmTasks = ReadonlyMap<number, Tasks>;

/** `drawn`: how many problems were looked at, where there are too many; null: all. */
export type PairTasks = Readonly<{ first: ArmTasks; second: ArmTasks; drawn: number | null }>;

/** Tasks of more problems than these are read only where those of some drawn ones differ. */
const MOST_READ = 2000;
const DRAWN = 500;

/**
 * Of one experiment, model and data set all points have one task a problem; where prompts differ it is the method that
 * wrote them.
 */
export function tasksOfPair(reader: ResultReader, { first, second }: ArmPair, most = MOST_READ): PairTasks {
  const isOne = first.data === second.data && first.dataset === second.dataset && modelOf(first) === modelOf(second);
  const read = (tasks: (arm: Arm, point: number) => Tasks): Omit<PairTasks, "drawn"> => ({
    first: ofEachPoint(first, tasks),
    second: ofEachPoint(second, tasks),
  });
  if (isOne) return { ...read(attempted), drawn: null };
  const asked = areOtherModels(first, second) ? withoutFormat : asWritten;
  const names = drawnNames([first, second], most);
  if (names) {
    const ids = new Map([first, second].map((arm) => [arm, idsOf(reader, arm, names)]));
    const drawn = read(
      (arm, point) => new Map([...attempted(arm, point), ...stored(reader.tasks(point, ids.get(arm)), asked)]),
    );
    if (areAlike(joined(drawn.first), joined(drawn.second))) return { ...drawn, drawn: names.size };
  }
  return { ...read((_, point) => stored(reader.tasks(point), asked)), drawn: null };
}

const ofEachPoint = (arm: Arm, tasks: (arm: Arm, point: number) => Tasks): ArmTasks =>
  new Map(arm.points.map(({ row }) => [row.id, tasks(arm, row.id)]));

type Asked = (stored: TaskRow) => string;

const asWritten: Asked = ({ prompt }) => prompt;

const withoutFormat: Asked = ({ question, prompt }) => (prompt.includes(question) ? question : prompt);

/**
 * Models of other names that the runs found to be others. Each has a chat format of its own, without which no two
 * models could ever be compared; what is asked of them inside it has to be the same.
 */
export function areOtherModels(first: Arm, second: Arm): boolean {
  const [a, b] = [first, second].map((arm) => modelIdentity(arm.data, modelOf(arm)));
  return modelOf(first) !== modelOf(second) && a !== undefined && b !== undefined && a !== b;
}

const modelOf = ({ points }: Arm): string | undefined => points[0]?.row.model;

function modelIdentity(data: Arm["data"], name: string | undefined): string | undefined {
  const record = JSON.parse(data.runs.at(-1)?.record ?? "{}") as {
    models?: readonly { name?: string; identity?: unknown }[];
  };
  const identity = record.models?.find((model) => model.name === name)?.identity;
  return identity === undefined ? undefined : JSON.stringify(identity);
}

const SAME: Task = { question: "", target: "", prompt: "", grader: "" };

function attempted({ data, dataset }: Arm, point: number): Tasks {
  const { attempts } = data.grid.cells(point);
  return new Map(
    data.grid.problems.flatMap((p, at) =>
      p.dataset === dataset && attempts[at] !== undefined ? [[p.problem, SAME] as const] : [],
    ),
  );
}

/** Names of some problems that both sides hold; null where all can be read. */
function drawnNames(arms: readonly [Arm, Arm], most: number): ReadonlySet<string> | null {
  const [own, other] = arms.map(({ data, dataset }) =>
    data.grid.problems.filter((p) => p.dataset === dataset).map((p) => p.problem),
  ) as [string[], string[]];
  const held = new Set(other);
  const common = own.filter((problem) => held.has(problem));
  const { below } = random(1);
  return common.length <= most
    ? null
    : new Set(Array.from({ length: DRAWN }, () => common[below(common.length)] ?? ""));
}

const idsOf = (reader: ResultReader, { data }: Arm, names: ReadonlySet<string>): readonly number[] =>
  reader.problems(data.row.name).flatMap(({ id, problem }) => (names.has(problem) ? [id] : []));

function stored(rows: Iterable<TaskRow>, asked: Asked): Tasks {
  const tasks = new Map<string, Task>();
  for (const row of rows)
    tasks.set(row.problem, {
      question: sha256(row.question),
      target: row.target,
      prompt: sha256(asked(row)),
      grader: row.grader,
    });
  return tasks;
}

const areAlike = (a: Tasks, b: Tasks): boolean =>
  [...a].every(([problem, task]) => {
    const other = b.get(problem);
    return !other || (["question", "target", "prompt", "grader"] as const).every((key) => task[key] === other[key]);
  });

/** Of a whole curve: everything that any of its points asked of a problem. */
export function joined(arm: ArmTasks): Tasks {
  const all = new Map<string, Task>();
  for (const tasks of arm.values())
    for (const [problem, task] of tasks) {
      const known = all.get(problem);
      if (known !== task) all.set(problem, known ? both(known, task) : task);
    }
  return all;
}

const both = (a: Task, b: Task): Task => ({
  question: together(a.question, b.question),
  target: together(a.target, b.target),
  prompt: together(a.prompt, b.prompt),
  grader: together(a.grader, b.grader),
});

const together = (a: string, b: string): string => (a === b ? a : [...new Set([...a.split(AND), b])].sort().join(AND));

const AND = " and ";

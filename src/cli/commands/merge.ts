import type { Merged } from "../../app/merge.ts";
import { mergeDatabases } from "../../app/merge.ts";
import { matching } from "../matching.ts";
import { clipped, inert, inertJson } from "../../core/inert.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";

export type MergeFlags = Readonly<{ into: string; strict?: boolean; json?: boolean }>;

/** Joins databases, and says what each of them brought and what was paid twice. */
export async function mergeCommand(databases: readonly string[], flags: MergeFlags): Promise<number> {
  const merged = await mergeDatabases(databases.flatMap(matching), flags);
  process.stdout.write(
    `${flags.json ? inertJson({ database: flags.into, ...merged }) : mergedText(merged, flags.into)}\n`,
  );
  for (const difference of merged.unlike) process.stderr.write(`warning: ${inert(difference)}\n`);
  return 0;
}

const count = (value: number): string => value.toLocaleString("en-US");

function mergedText(
  { sources, attempts, contested, mixed, differing, differing_greedy, decoded_tokens }: Merged,
  into: string,
): string {
  const table = tableOf(sources, [
    ["database", "left", ({ file }) => clipped(file, 60)],
    ["host", "left", ({ host }) => host ?? "\u2013"],
    ["attempts", "right", (row) => count(row.attempts)],
    ["also elsewhere", "right", (row) => count(row.attempts_twice)],
    ["tokens paid twice", "right", (row) => count(row.tokens_twice)],
  ]);
  const lines = [
    tableText(table),
    "",
    `${count(attempts)} attempts, ${count(decoded_tokens)} decoded tokens in ${into}`,
    ...(contested > 0
      ? [
          `${count(contested)} groups of attempts were in several databases; ` +
            `${count(mixed)} are mixed and no longer paired`,
        ]
      : []),
    ...(differing > 0
      ? [
          `${count(differing)} attempts made twice came out differently, ` +
            `${count(differing_greedy)} of them under greedy decoding`,
        ]
      : []),
  ];
  return lines.join("\n");
}

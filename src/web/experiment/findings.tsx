import type { JSX } from "preact";
import type { Findings } from "../../view/types/experiment.ts";
import type { ShownTable } from "../../view/types/words.ts";
import { inertLine } from "../../core/inert.ts";
import { apiPath } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Shown, Words } from "../parts/parts.tsx";

/** Sentences that are shown before somebody asks for the rest. */
const FIRST = 6;

/** What the report's tests found, in its words; `version` changes where they may say something else. */
export function FindingsOf({ experiment, version }: { experiment: string; version: string }): JSX.Element {
  const found = useApi<Findings>(apiPath(["e", experiment, "findings"]), version);
  return (
    <section class="finding" aria-label="findings">
      <Shown of={found}>
        {({ sentences, partial, tables }) => (
          <>
            {partial === null ? null : <p class="notice">{partial}</p>}
            {sentences.slice(0, FIRST).map((words, i) => (
              <p key={i}>
                <Words words={words} links={tables.map(({ id }) => id)} />
              </p>
            ))}
            {sentences.length <= FIRST ? null : (
              <details>
                <summary>{sentences.length - FIRST} more</summary>
                {sentences.slice(FIRST).map((words, i) => (
                  <p key={i}>
                    <Words words={words} links={tables.map(({ id }) => id)} />
                  </p>
                ))}
              </details>
            )}
            {tables.map((table) => (
              <TableOf key={table.id} table={table} />
            ))}
          </>
        )}
      </Shown>
    </section>
  );
}

/** The numbers behind the words, closed until somebody asks for them. */
const TableOf = ({ table }: { table: ShownTable }): JSX.Element => (
  <details id={table.id}>
    <summary>The tests behind these words</summary>
    <div class="scroll" tabIndex={0} role="region" aria-label="tests">
      <table>
        <thead>
          <tr>
            {table.columns.map((name, i) => (
              <th key={i} class={table.align[i]}>
                {inertLine(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, i) => (
                <td key={i} class={table.align[i]}>
                  {inertLine(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    <p class="caption">
      <Words words={table.caption} />
    </p>
  </details>
);

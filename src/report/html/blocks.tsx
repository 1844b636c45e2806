import type { JSX } from "preact";
import { inert, inertLine } from "../../core/inert.ts";
import { anchorOf, type Bar, type Block, type Figure, type Inline, type Query } from "../document.ts";
import { shownCell, type Table } from "../table.ts";
import { tableCsv } from "../table-csv.ts";
import { withTips } from "./picture.ts";
import { Panel } from "./trace-panel.tsx";

export const Words = ({ text }: { text: readonly Inline[] }): JSX.Element => (
  <>
    {text.map((piece) =>
      typeof piece === "string" ? (
        inert(piece)
      ) : "strong" in piece ? (
        <strong>{inert(piece.strong)}</strong>
      ) : "code" in piece ? (
        <code>{inert(piece.code)}</code>
      ) : (
        <a class="to" href={`#${piece.to}`}>
          {inertLine(piece.link)}
        </a>
      ),
    )}
  </>
);

export function BlockView({ block }: { block: Block }): JSX.Element {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Words text={block.text} />
        </p>
      );
    case "notice":
      return (
        <p class="notice">
          <Words text={block.text} />
        </p>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li>
              <Words text={item} />
            </li>
          ))}
        </ul>
      );
    case "figure":
      return <FigureView figure={block.figure} />;
    case "table":
      return block.filesOnly ? (
        <></>
      ) : block.folded === undefined ? (
        <TableBlock block={block} />
      ) : (
        <details class="fold">
          <summary>{inertLine(block.folded)}</summary>
          <TableBlock block={block} />
        </details>
      );
    case "bars":
      return <Bars bars={block.bars} parts={block.parts} />;
    case "traces":
      return (
        <>
          <h3>{inertLine(block.heading)}</h3>
          <p>
            <Words text={block.why} />
          </p>
          <div class="panels">
            {block.panels.map((panel) => (
              <Panel panel={panel} />
            ))}
          </div>
        </>
      );
    case "code":
      return block.summary ? (
        <details>
          <summary>{inert(block.summary)}</summary>
          <pre>{inert(block.text)}</pre>
        </details>
      ) : (
        <pre>{inert(block.text)}</pre>
      );
  }
}

/** The pictures are made here from numbers and escaped by Vega; nothing else is put in as it is. */
function FigureView({ figure }: { figure: Figure }): JSX.Element {
  return (
    <figure id={`figure-${figure.name}`}>
      <div
        class="wide"
        role="img"
        aria-label={inertLine(figure.alt)}
        dangerouslySetInnerHTML={{ __html: withTips(figure.wide) }}
      />
      <div
        class="narrow"
        role="img"
        aria-label={inertLine(figure.alt)}
        dangerouslySetInnerHTML={{ __html: withTips(figure.narrow) }}
      />
      <figcaption>
        <Words text={figure.caption} />
      </figcaption>
      <Tools name={figure.name} data={figure.data} {...(figure.sql ? { sql: figure.sql } : {})} />
    </figure>
  );
}

const TableBlock = ({ block }: { block: Extract<Block, { kind: "table" }> }): JSX.Element => (
  <div class="table" id={anchorOf(block.name)}>
    <TableView table={block.page ?? block.table} />
    <p class="caption">
      <Words text={block.caption} />
    </p>
    <Tools name={block.name} data={block.table} {...(block.sql ? { sql: block.sql } : {})} />
  </div>
);

const TableView = ({ table }: { table: Table }): JSX.Element => (
  <div class="scroll" tabIndex={0}>
    <table>
      <thead>
        <tr>
          {table.columns.map((name, i) => (
            <th class={table.align[i] ?? "left"} scope="col">
              {inertLine(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr>
            {row.map((cell, i) => (
              <Datum text={inertLine(shownCell(cell))} side={table.align[i] ?? "left"} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const LONG = 36;

const Datum = ({ text, side }: { text: string; side: string }): JSX.Element => (
  <td class={text.length > LONG ? `${side} long` : side}>{text}</td>
);

const MOST_INLINE = 300_000;

function Tools({ name, data, sql }: { name: string; data: Table; sql?: Query }): JSX.Element {
  const csv = tableCsv(data);
  const link =
    csv.length <= MOST_INLINE ? `data:text/csv;charset=utf-8;base64,${Buffer.from(csv).toString("base64")}` : null;
  return (
    <div class="tools">
      {link ? (
        <a href={link} download={`${name}.csv`}>{`${name}.csv`}</a>
      ) : (
        <span class="meta">{`data/${name}.csv`}</span>
      )}
      {sql ? (
        <details>
          <summary>SQL</summary>
          <pre>{queryText(sql)}</pre>
        </details>
      ) : null}
    </div>
  );
}

/** A query to paste: its parameters put in. */
export const queryText = ({ sql, parameters }: Query): string => {
  const left = [...parameters];
  const last = parameters.at(-1);
  return inert(sql.replace(/\?/g, () => literal(left.shift() ?? last ?? null)));
};

const literal = (value: string | number | null): string =>
  typeof value === "string" ? `'${value.replace(/'/g, "''")}'` : String(value);

function Bars({ bars, parts }: { bars: readonly Bar[]; parts: readonly string[] }): JSX.Element {
  const used = parts.filter((_, i) => bars.some((bar) => (bar.counts[i] ?? 0) > 0));
  return (
    <>
      <div class="bars" aria-hidden="true">
        {bars.map(({ label, counts }) => (
          <>
            <div class="label">{inertLine(label)}</div>
            <div class="bar">
              {counts.map((n, i) =>
                n > 0 ? <div class={`part-${parts[i]}`} style={`flex:${n} 0 0`} title={`${parts[i]}: ${n}`} /> : null,
              )}
            </div>
          </>
        ))}
      </div>
      <div class="legend" aria-hidden="true">
        {used.map((part) => (
          <span>
            <i class={`part-${part}`} />
            {part}
          </span>
        ))}
      </div>
    </>
  );
}

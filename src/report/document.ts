import type { Table } from "./table.ts";
import type { TracePanel } from "./traces.ts";

/** A piece of running text; `to`: the id of what a link leads to. */
export type Inline =
  | string
  | Readonly<{ strong: string }>
  | Readonly<{ code: string }>
  | Readonly<{ link: string; to: string }>;

/** The id of a table or a figure in the page. */
export const anchorOf = (name: string): string => `table-${name}`;

export const plainText = (text: readonly Inline[]): string =>
  text
    .map((piece) =>
      typeof piece === "string" ? piece : "strong" in piece ? piece.strong : "code" in piece ? piece.code : piece.link,
    )
    .join("");

/** A query that finds the numbers above it again. `?` are its parameters in order. */
export type Query = Readonly<{ sql: string; parameters: readonly (string | number)[] }>;

/** A picture in all its forms; `wide` and `narrow` take their colours from the page. */
export type Figure = Readonly<{
  /** File name without an ending. */
  name: string;
  alt: string;
  caption: readonly Inline[];
  wide: string;
  narrow: string;
  light: string;
  dark: string;
  /** The narrow picture in light colours: as wide as a column of a paper. */
  column: string;
  /** What is drawn, number by number. */
  data: Table;
  sql?: Query;
}>;

/**
 * Of a table: `folded`: closed until it is asked for, under this heading; `page`: what a page shows of it, where the
 * files hold more; `filesOnly`: a page shows nothing of it.
 */
export type Block =
  | Readonly<{ kind: "paragraph"; text: readonly Inline[] }>
  | Readonly<{ kind: "notice"; text: readonly Inline[] }>
  | Readonly<{ kind: "list"; items: readonly (readonly Inline[])[] }>
  | Readonly<{ kind: "figure"; figure: Figure }>
  | Readonly<{
      kind: "table";
      name: string;
      table: Table;
      caption: readonly Inline[];
      sql?: Query;
      latex?: boolean;
      folded?: string;
      page?: Table;
      filesOnly?: boolean;
    }>
  | Readonly<{ kind: "bars"; bars: readonly Bar[]; parts: readonly string[] }>
  | Readonly<{ kind: "traces"; heading: string; why: readonly Inline[]; panels: readonly TracePanel[] }>
  | Readonly<{ kind: "code"; text: string; summary?: string }>;

/** Shares of a whole, in the order of `parts`. */
export type Bar = Readonly<{ label: string; counts: readonly number[] }>;

/** Closed until it is asked for. `lead`: what is found in it; `parts`: sections inside it. */
export type Section = Readonly<{
  id: string;
  title: string;
  lead?: string;
  blocks: readonly Block[];
  parts?: readonly Section[];
}>;

/**
 * A report before it is HTML or Markdown. `top`: what stands beside the finding on the first screen. `date`: of the
 * newest experiment in it.
 */
export type Document = Readonly<{
  title: string;
  subtitle: string;
  finding: readonly (readonly Inline[])[];
  top: readonly Block[];
  sections: readonly Section[];
  footer: string;
  date: Date;
}>;

/** Every block of a report, in its order. */
export const blocksOf = ({ top, sections }: Pick<Document, "top" | "sections">): readonly Block[] => [
  ...top,
  ...sections.flatMap(inSection),
];

const inSection = ({ blocks, parts = [] }: Section): readonly Block[] => [...blocks, ...parts.flatMap(inSection)];

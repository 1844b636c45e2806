import type { Table } from "./table.ts";
import type { TracePanel } from "./traces.ts";

/** A piece of running text. */
export type Inline = string | Readonly<{ strong: string }> | Readonly<{ code: string }>;

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

/** `folded`: a long table is closed until it is asked for, under this heading. */
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
    }>
  | Readonly<{ kind: "bars"; bars: readonly Bar[]; parts: readonly string[] }>
  | Readonly<{ kind: "traces"; heading: string; why: readonly Inline[]; panels: readonly TracePanel[] }>
  | Readonly<{ kind: "code"; text: string; summary?: string }>;

/** Shares of a whole, in the order of `parts`. */
export type Bar = Readonly<{ label: string; counts: readonly number[] }>;

/** `nav`: what the contents call it, instead of its title; null where they leave it out. */
export type Section = Readonly<{ id: string; title: string; nav?: string | null; blocks: readonly Block[] }>;

/** A report before it is HTML or Markdown. `date`: of the newest experiment in it. */
export type Document = Readonly<{
  title: string;
  subtitle: string;
  finding: readonly (readonly Inline[])[];
  sections: readonly Section[];
  footer: string;
  date: Date;
}>;

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Outcome } from "../../core/score.ts";
import { inert, inertLine } from "../../core/inert.ts";
import type { Inline } from "../../view/types/words.ts";
import type { Loaded } from "../api.ts";
import { go, hrefOf, isBundle } from "../place.ts";
import { glyphs, outcomeNames } from "./words.ts";

type Plain = Readonly<{ ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; button: number }>;

const isPlain = ({ ctrlKey, metaKey, shiftKey, button }: Plain): boolean =>
  !ctrlKey && !metaKey && !shiftKey && button === 0;

type LinkProps = Readonly<{
  to: string;
  children: ComponentChildren;
  class?: string;
  title?: string;
  "aria-current"?: "page" | undefined;
}>;

/** A link of the page: real, so that it can be copied and opened beside. */
export function A({ to, children, ...rest }: LinkProps): JSX.Element {
  return (
    <a
      {...rest}
      href={hrefOf(to)}
      onClick={(event) => {
        if (!isPlain(event)) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

export const Mark = ({ outcome }: { outcome: Outcome }): JSX.Element => (
  <span class={`mark ${outcome}`} title={outcome}>
    {glyphs[outcome]}
    <span class="unseen">{outcome}</span>
  </span>
);

export const Verdict = ({ outcome }: { outcome: Outcome }): JSX.Element => (
  <span class={`verdict ${outcome}`}>
    {glyphs[outcome]} {outcome}
  </span>
);

/** What a model or a file wrote, on one line; never more than text. */
export const Said = ({ text }: { text: string | null }): JSX.Element =>
  text === null ? <span class="meta">none</span> : <span class="said">{inertLine(text.slice(0, 300))}</span>;

/** `links`: ids of what is on the page; what else words lead to stands in the report alone, and is plain text here. */
export const Words = ({ words, links = [] }: { words: readonly Inline[]; links?: readonly string[] }): JSX.Element => (
  <>
    {words.map((part) => {
      if (typeof part === "string") return inert(part);
      if ("strong" in part) return <strong>{inert(part.strong)}</strong>;
      if ("code" in part) return <code>{inert(part.code)}</code>;
      return links.includes(part.to) ? <Jump to={part.to}>{inert(part.link)}</Jump> : inert(part.link);
    })}
  </>
);

/** To something further down the page; no address of its own. */
const Jump = ({ to, children }: { to: string; children: string }): JSX.Element => (
  <a
    href={`#${to}`}
    onClick={(event) => {
      event.preventDefault();
      const target = document.getElementById(to);
      if (target instanceof HTMLDetailsElement) target.open = true;
      target?.scrollIntoView({ block: "start" });
      target?.querySelector("summary")?.focus({ preventScroll: true });
    }}
  >
    {children}
  </a>
);

/** What was asked for, or why it is not there; `wait` stands in its place until then. */
export function Shown<T>({
  of,
  children,
}: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
}): JSX.Element | null {
  if (of.fault)
    return (
      <p class="notice" role="alert">
        {inert(of.fault.error)}
        {of.fault.hint === null ? null : <span class="meta"> {inert(of.fault.hint)}</span>}
      </p>
    );
  if (of.data === null) return <p class="meta wait">{of.loading ? "reading …" : ""}</p>;
  return <>{children(of.data)}</>;
}

/** Why some of the page is not shown, and the click that shows it to whoever sits at this machine. */
export const Withheld = ({ why, reveal }: { why: string | null; reveal: () => void }): JSX.Element | null =>
  why === null ? null : (
    <p class="notice">
      {inert(why)}{" "}
      {isBundle() ? null : (
        <button type="button" onClick={reveal}>
          Show it on this machine
        </button>
      )}
    </p>
  );

/** The page's heading takes the focus when the page changes, so that a screen reader begins there. */
export function Heading({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${inertLine(title)} – Overthink`;
    ref.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <h1 tabIndex={-1} ref={ref}>
      {inertLine(title)}
      {children}
    </h1>
  );
}

export type Choice = Readonly<{ value: string; label: string }>;

export const Select = ({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}): JSX.Element => (
  <label class="field">
    <span>{label}</span>
    <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value} selected={choice.value === value}>
          {inertLine(choice.label)}
        </option>
      ))}
    </select>
  </label>
);

/** One level of difficulty, or all; nothing where there is no choice. */
export const Levels = ({
  levels,
  value,
  onChange,
}: {
  levels: readonly string[];
  value: string;
  onChange: (value: string) => void;
}): JSX.Element | null =>
  levels.length < 2 && value === "" ? null : (
    <Select
      label="level"
      value={value}
      choices={["", ...(levels.length === 0 ? [value] : levels)].map((level) => ({
        value: level,
        label: level || "all",
      }))}
      onChange={onChange}
    />
  );

/** Colour and glyph of each outcome. */
export const OutcomeLegend = (): JSX.Element => (
  <p class="legend">
    {outcomeNames.map((name) => (
      <span key={name}>
        <i class={`part-${name}`} /> {glyphs[name]} {name}
      </span>
    ))}
  </p>
);

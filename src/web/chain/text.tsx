import type { JSX } from "preact";
import { memo } from "../parts/memo.ts";
import { useState } from "preact/hooks";
import { inert, inertLine } from "../../core/inert.ts";
import { surpriseAt } from "../../view/chain/heat.ts";
import type { Path, Span } from "../../view/types/chain.ts";
import { glyphs } from "../parts/words.ts";
import type { Block, Note, Run } from "./layout.ts";

/** Raw text by author. Nothing is hidden, and nothing of it is read as anything but text. */
export function Text({
  blocks,
  chosen,
  onPath,
}: {
  blocks: readonly Block[];
  chosen: number | null;
  onPath: (path: Path) => void;
}): JSX.Element {
  const [told, tell] = useState("");
  const point = (event: PointerEvent): void => tell(tokenUnder(event) ?? "");
  return (
    <>
      <div class="thought" onPointerMove={point} onPointerLeave={() => tell("")}>
        {blocks.map((block) => (
          <BlockOf key={block.at} block={block} chosen={chosen} onPath={onPath} />
        ))}
      </div>
      <p class="token" aria-hidden="true">
        {told === "" ? "Point at a token for its id, its place and how likely it was." : told}
      </p>
    </>
  );
}

const BlockOf = memo(
  ({ block, chosen, onPath }: { block: Block; chosen: number | null; onPath: (path: Path) => void }): JSX.Element => (
    <div class="block" data-at={block.at}>
      {block.items.map((item, i) =>
        item.type === "run" ? (
          <RunOf key={i} run={item} />
        ) : (
          <NoteOf key={i} note={item.note} chosen={chosen} onPath={onPath} />
        ),
      )}
    </div>
  ),
);

export function RunOf({ run }: { run: Run }): JSX.Element {
  const { span, text, heat, at } = run;
  const shown = inert(text);
  const title = `${span.origin}: ${span.kind}`;
  const place = {
    "data-at": at,
    "data-token": run.token,
    ref: (element: Element | null) => void (element && runs.set(element, run)),
  };
  return span.origin === "forced" ? (
    <mark class={`forced ${span.kind}`} title={title} {...place}>
      {shown === "" ? "∅" : shown}
    </mark>
  ) : (
    <span class={`${span.kind} heat-${heat}`} {...place}>
      {shown}
    </span>
  );
}

const kinds: Readonly<Record<Note["kind"], string>> = {
  cut: "cut",
  end: "end",
  limit: "limit",
  branch: "goes on otherwise",
};

const NoteOf = ({
  note,
  chosen,
  onPath,
}: {
  note: Note;
  chosen: number | null;
  onPath: (path: Path) => void;
}): JSX.Element => (
  <span class={`note ${note.kind}`}>
    {note.paths.map((path, i) => (
      <button
        key={path.attempt}
        type="button"
        class={path.attempt === chosen ? "chosen" : ""}
        onClick={() => onPath(path)}
        title={path.label}
      >
        {i === 0 ? `${kinds[note.kind]} ${note.at}` : inertLine(path.label)} →{" "}
        <b class={path.outcome}>
          {inertLine((path.answer ?? "∅").slice(0, 24))} {glyphs[path.outcome]}
        </b>
      </button>
    ))}
  </span>
);

const runs = new WeakMap<Element, Run>();

type Caret = Readonly<{ offsetNode: Node; offset: number }> | null;

const caretAt = (x: number, y: number): Caret => {
  const at = document as Document & { caretPositionFromPoint?: (x: number, y: number) => Caret };
  if (at.caretPositionFromPoint) return at.caretPositionFromPoint(x, y);
  const range = document.caretRangeFromPoint(x, y);
  return range ? { offsetNode: range.startContainer, offset: range.startOffset } : null;
};

/** What is known of the token below the pointer. One listener serves a text of any length. */
function tokenUnder(event: PointerEvent): string | null {
  const element = (event.target as Element).closest("[data-token]");
  const run = element ? runs.get(element) : undefined;
  const caret = run ? caretAt(event.clientX, event.clientY) : null;
  if (!run || !caret || run.token < 0 || inert(run.text) !== run.text) return null;
  const first = firstOf(run);
  return tellToken(run.span, first, run.text, caret.offset, run.at);
}

/** Which token of its span a run begins with. */
function firstOf({ span, text }: Run): number {
  let [from, i] = [0, 0];
  const start = span.text.indexOf(text);
  while (span.lengths && from < start) from += span.lengths[i++] ?? 0;
  return i;
}

function tellToken(
  { text: whole, lengths, ids, heat, kind, origin }: Span,
  first: number,
  text: string,
  offset: number,
  at: number,
): string | null {
  if (!lengths) return null;
  let [i, from] = [first, 0];
  while (from + (lengths[i] ?? 0) <= offset && i < lengths.length - 1) from += lengths[i++] ?? 0;
  const own = text.slice(from, from + (lengths[i] ?? 0)) || whole;
  const surprise = heat === null ? null : surpriseAt(heat, i);
  return [
    JSON.stringify(own),
    ids ? `id ${ids[i]}` : null,
    `${origin} ${kind}`,
    kind === "thinking" || kind === "continuation" ? `thinking token ${at + i - first + 1}` : null,
    surprise === null ? null : `log-probability about ${(-surprise).toFixed(1)}`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

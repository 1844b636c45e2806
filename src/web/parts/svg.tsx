import { h, type JSX } from "preact";
import { useState } from "preact/hooks";
import { inert } from "../../core/inert.ts";
import type { Picture } from "../../view/types/experiment.ts";

type SvgElement = Picture["wide"];

type Act = (key: string, event: MouseEvent | KeyboardEvent) => void;

type Drawn = Readonly<{
  dots: Readonly<Record<string, string>>;
  chosen: string | null;
  onDot: Act | null;
  onTip: (tip: string | null) => void;
}>;

/** The report's own picture as elements; its dots are buttons. Arrow keys walk from dot to dot. */
export function Plot({
  picture,
  chosen = null,
  onDot,
}: {
  picture: Picture;
  chosen?: string | null;
  onDot?: Act;
}): JSX.Element {
  const [tip, onTip] = useState<string | null>(null);
  const drawn: Drawn = { dots: picture.dots, chosen, onDot: onDot ?? null, onTip };
  return (
    <figure class="plot">
      <div class="wide">{element(picture.wide, drawn, 0)}</div>
      <div class="narrow">{element(picture.narrow, drawn, 0)}</div>
      <p class="tip" aria-hidden="true">
        {tip === null
          ? onDot
            ? "A click on a dot lists its attempts; a shift-click on a second one compares."
            : " "
          : inert(tip).replaceAll("\n", " · ")}
      </p>
    </figure>
  );
}

const isDot = ({ name, attributes }: SvgElement): boolean =>
  name === "path" && attributes["role"] === "graphics-symbol" && attributes["aria-label"] !== undefined;

function element(node: SvgElement | string, drawn: Drawn, at: number): JSX.Element | string {
  if (typeof node === "string") return node;
  if (isDot(node)) return dot(node, drawn, at);
  const { name, attributes, children } = node;
  const kept = Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !/^(on|tabindex|role|aria-)/i.test(key) && key !== "style"),
  );
  const role = name === "svg" ? { role: "group", "aria-label": "curve", width: undefined, height: undefined } : {};
  return h(
    name,
    { key: at, ...kept, ...role },
    children.map((child, i) => element(child, drawn, i)),
  );
}

function dot({ attributes }: SvgElement, { dots, chosen, onDot, onTip }: Drawn, at: number): JSX.Element {
  const label = attributes["aria-label"] ?? "";
  const setting = dots[label];
  const shape = Object.fromEntries(Object.entries(attributes).filter(([key]) => !/^(on|aria-|role)/i.test(key)));
  const says = { "aria-label": inert(label).replaceAll("\n", ", "), role: "img" };
  const tips = {
    onPointerEnter: () => onTip(label),
    onPointerLeave: () => onTip(null),
    onFocus: () => onTip(label),
    onBlur: () => onTip(null),
  };
  if (setting === undefined || onDot === null) return h("path", { key: at, ...shape, ...says, ...tips });
  return h("path", {
    key: at,
    ...shape,
    ...says,
    ...tips,
    role: "button",
    tabIndex: 0,
    class: setting === chosen ? "dot chosen" : "dot",
    onClick: (event: MouseEvent) => onDot(setting, event),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onDot(setting, event);
      } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        event.preventDefault();
        step(event.currentTarget as Element, event.key === "ArrowRight" ? 1 : -1);
      }
    },
  });
}

/** To the next dot of the same picture, from left to right. */
function step(from: Element, by: number): void {
  const all = [...(from.closest("svg")?.querySelectorAll<SVGElement>(".dot") ?? [])].sort(
    (a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left,
  );
  all[all.indexOf(from as SVGElement) + by]?.focus();
}

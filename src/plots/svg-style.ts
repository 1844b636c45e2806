/** How an element is painted: what it says itself, else what the elements around it say. */
export type Style = Readonly<{
  fill: string;
  stroke: string;
  width: number;
  dash: readonly number[];
  fillOpacity: number;
  strokeOpacity: number;
  size: number;
  bold: boolean;
  anchor: string;
}>;

export const initialStyle: Style = {
  fill: "#000000",
  stroke: "none",
  width: 1,
  dash: [],
  fillOpacity: 1,
  strokeOpacity: 1,
  size: 16,
  bold: false,
  anchor: "start",
};

type Attributes = Readonly<Record<string, string>>;

export function styleOf(attributes: Attributes, around: Style): Style {
  const opacity = number(attributes["opacity"], 1);
  return {
    fill: attributes["fill"] ?? around.fill,
    stroke: attributes["stroke"] ?? around.stroke,
    width: number(attributes["stroke-width"], around.width),
    dash: attributes["stroke-dasharray"] === undefined ? around.dash : dashes(attributes["stroke-dasharray"]),
    fillOpacity: around.fillOpacity * opacity * number(attributes["fill-opacity"], 1),
    strokeOpacity: around.strokeOpacity * opacity * number(attributes["stroke-opacity"], 1),
    size: number(attributes["font-size"]?.replace("px", ""), around.size),
    bold: attributes["font-weight"] === undefined ? around.bold : attributes["font-weight"] === "bold",
    anchor: attributes["text-anchor"] ?? around.anchor,
  };
}

const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

/** Gaps of nothing are a whole line. */
function dashes(text: string): readonly number[] {
  const lengths = text.split(/[\s,]+/).map(Number);
  return lengths.every((length) => length > 0) ? lengths : [];
}

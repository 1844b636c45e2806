/** An element of a picture, its attributes decoded. */
export type SvgNode = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (SvgNode | string)[];
}>;

/** Reads SVG as Vega and our heat map write it: elements, double-quoted attributes, text; no comments, no sections. */
export function svgNodes(svg: string): SvgNode {
  const root: Open = { name: "", attributes: {}, children: [] };
  const open = [root];
  for (const [, closing, name, attributes, empty, text] of svg.matchAll(PIECE)) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.children.push(decoded(text));
    else if (closing) open.pop();
    else {
      const node: Open = { name: name ?? "", attributes: attributesOf(attributes ?? ""), children: [] };
      parent.children.push(node);
      if (!empty) open.push(node);
    }
  }
  const [svgRoot] = root.children;
  if (svgRoot === undefined || typeof svgRoot === "string" || open.length > 1) throw new Error("not a whole picture");
  return svgRoot;
}

type Open = { name: string; attributes: Readonly<Record<string, string>>; children: (SvgNode | string)[] };

const PIECE = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;

const attributesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value ?? "")]));

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) =>
    name === undefined
      ? String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex, 16))
      : (NAMED[name] ?? whole),
  );

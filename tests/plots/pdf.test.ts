import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { toPdf } from "../../src/plots/pdf.ts";
import { svgNodes } from "../../src/plots/svg-nodes.ts";

const facts = { title: "A <curve> (of two)", date: new Date("2026-11-23T12:00:00Z"), most: 468 };
const picture = (inner: string, width = 200): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="100"><rect width="100%" height="100%" fill="#ffffff"/><g transform="translate(10,20)">${inner}</g></svg>`;

/** The file with its packed streams opened. */
async function opened(svg: string, most = facts.most): Promise<string> {
  const bytes = Buffer.from(await toPdf(svg, { ...facts, most }));
  return bytes.toString("latin1").replace(/stream\r?\n([\s\S]*?)\r?\nendstream/g, (_, packed: string) => {
    try {
      return inflateSync(Buffer.from(packed, "latin1")).toString("latin1");
    } catch {
      return packed;
    }
  });
}

describe("a figure as PDF", () => {
  test("has text as text in an embedded font, lines as lines, and no image", async () => {
    const pdf = await opened(
      picture(
        `<path d="M0,0L10,10" fill="none" stroke="#0072b2" stroke-width="2" stroke-dasharray="6,4"/><text font-size="12px" fill="#000000">Wait ×2 ≤ 8</text>`,
      ),
    );
    expect(pdf).toMatch(/\/FontFile2/);
    expect(pdf).toMatch(/\/ToUnicode/);
    expect(pdf).toMatch(/BT\n[\s\S]* TJ\nET/);
    expect(pdf).toMatch(/\[6 4\] 0 d\n0 0 m\n10 10 l\nS/);
    expect(pdf).not.toMatch(/\/Subtype \/Image|\/JavaScript|\/URI/);
  });

  test("is as large as asked for, never larger than there is room", async () => {
    expect(await opened(picture(""))).toContain("/MediaBox [0 0 140 70]");
    expect(await opened(picture("", 1000))).toContain("/MediaBox [0 0 468 46.8]");
  });

  test("is the same file for the same picture, and says the date it is given", async () => {
    const [a, b] = [await toPdf(picture("<text>x</text>"), facts), await toPdf(picture("<text>x</text>"), facts)];
    expect(Buffer.compare(a, b)).toBe(0);
    expect(Buffer.from(a).toString("latin1")).toContain("D:20261123120000Z");
  });

  test("leaves nothing out in silence", async () => {
    await expect(toPdf(picture(`<image href="x.png"/>`), facts)).rejects.toThrow("cannot draw <image>");
    await expect(toPdf('<svg width="1" height="1"><g>', facts)).rejects.toThrow("not a whole picture");
  });

  test("does not paint what is neither filled nor stroked, nor what is hidden", async () => {
    const pdf = await opened(
      picture(`<path d="M1,1h2" fill="none"/><g fill="none"><path d="M3,3h2"/></g><path d="M5,5h2" display="none"/>`),
    );
    expect(pdf).not.toMatch(/\n(1 1|3 3|5 5) m\n/);
  });
});

test("an attribute's signs are read back as they were", () => {
  const [node] = svgNodes(`<svg><text aria-label="a &lt;b&gt; &amp;amp; &#xA;&#34;">x &amp; y</text></svg>`).children;
  expect(node).toEqual({ name: "text", attributes: { "aria-label": 'a <b> &amp; \n"' }, children: ["x & y"] });
});

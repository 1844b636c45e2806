// Functions that run in the page: each is sent there as text, and knows nothing of this file.

/** Texts and dots that do not stand out from what is behind them, by the numbers of WCAG 2.2. */
export function colourFaults(): readonly string[] {
  type Rgba = readonly [number, number, number, number];
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map<string, Rgba>();
  const rgba = (colour: string): Rgba => {
    const before = known.get(colour);
    if (before || !brush) return before ?? [0, 0, 0, 1];
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = brush.getImageData(0, 0, 1, 1).data;
    known.set(colour, [r, g, b, a / 255]);
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a]: Rgba, [x, y, z]: Rgba): Rgba => [
    r * a + x * (1 - a),
    g * a + y * (1 - a),
    b * a + z * (1 - a),
    1,
  ];
  const behind = (element: Element | null): Rgba => {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const light = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]: Rgba): number => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const contrast = (a: Rgba, b: Rgba): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const faults = new Set<string>();
  const check = (what: string, colour: string, element: Element, enough: number): void => {
    const ground = behind(element);
    const ratio = contrast(over(rgba(colour), ground), ground);
    if (ratio < enough) faults.add(`${what}: ${colour} on ${ground.map(Math.round).join()} is ${ratio.toFixed(2)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || node.textContent?.trim() === "" || !element.checkVisibility()) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const isDrawn = element instanceof SVGElement;
    check(
      `${element.tagName} ${element.className} ${node.textContent?.slice(0, 20)}`,
      isDrawn ? style.fill : style.color,
      element,
      isLarge ? 3 : 4.5,
    );
  }
  for (const dot of document.querySelectorAll(".dot")) {
    const { fill, stroke, display } = getComputedStyle(dot);
    const colours = [fill, stroke].filter((colour) => colour !== "none" && rgba(colour)[3] > 0);
    if (display !== "none" && !colours.some((colour) => contrast(over(rgba(colour), behind(dot)), behind(dot)) >= 3))
      faults.add(`dot ${colours.join()}`);
  }
  return [...faults];
}

/** What is wider than the window, or cut off inside of something. */
export function squeezed(): readonly string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide in ${clientWidth}`] : [];
  const cut = [...document.querySelectorAll<HTMLElement>("main *, header *")].filter((element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const isHidden =
      /hidden|clip/.test(overflowX + overflowY) && !element.matches(".unseen, .bar, .minimap, .note button");
    const isOver = element.scrollWidth > element.clientWidth + 2 || element.scrollHeight > element.clientHeight + 2;
    return isHidden && isOver && element.clientWidth > 1 && element.textContent !== "";
  });
  // Blocks of a thought are painted apart: what stands out of one is not seen.
  const out = [...document.querySelectorAll<HTMLElement>(".thought button, .thought mark")].filter((element) => {
    const right = element.closest(".block, .thought")?.getBoundingClientRect().right ?? Infinity;
    return element.getBoundingClientRect().right > right + 1;
  });
  return [...wide, ...[...cut, ...out].map(({ outerHTML }) => outerHTML.slice(0, 100))];
}

/** What a finger cannot hit. */
export function tooSmall(): readonly string[] {
  return [...document.querySelectorAll<HTMLElement>("button, select, input:not([type=checkbox]), summary")]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width < 23.9 || height < 23.9;
    })
    .map((element) => element.outerHTML.slice(0, 100));
}

/** What is drawn by a background alone, and has none where the system chooses the colours. */
export function lostInForcedColours(): readonly string[] {
  const page = getComputedStyle(document.body).backgroundColor;
  const isLost = (style: CSSStyleDeclaration): boolean =>
    style.backgroundImage === "none" &&
    (style.backgroundColor === page || style.backgroundColor === "rgba(0, 0, 0, 0)") &&
    parseFloat(style.borderTopWidth) === 0;
  const drawn: readonly (readonly [string, string?])[] = [
    [".tick", "::before"],
    [".line", "::before"],
    [".decisions button", "::before"],
    [".track i"],
    [".minimap .strip"],
    [".minimap .put"],
    [".minimap .window"],
    [".here"],
    [".bar i"],
    [".legend i"],
  ];
  return drawn.flatMap(([selector, part]) =>
    [...document.querySelectorAll(selector)]
      .filter((element) => element.checkVisibility() && isLost(getComputedStyle(element, part)))
      .slice(0, 1)
      .map(() => `${selector}${part ?? ""}`),
  );
}

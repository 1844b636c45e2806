/** Colours of a picture. `page` takes them from the style sheet of the page it is put into. */
export type Theme = Readonly<{
  background: string;
  text: string;
  muted: string;
  grid: string;
  axis: string;
  /** Okabe and Ito (2008), distinct for every kind of colour vision; lightened on dark ground. */
  curves: readonly string[];
}>;

export type ThemeName = "light" | "dark" | "page";

const light: Theme = {
  background: "#ffffff",
  text: "#1b1f24",
  muted: "#59626e",
  grid: "#e6e9ed",
  axis: "#8b949e",
  curves: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1b1f24", "#8a7f00"],
};

const dark: Theme = {
  background: "#14171c",
  text: "#e6e9ee",
  muted: "#a0a9b5",
  grid: "#2a2f37",
  axis: "#6d7683",
  curves: ["#4da6dd", "#f5853f", "#35c79b", "#de94be", "#f0b53a", "#8fd0f5", "#e6e9ee", "#f0e442"],
};

const page: Theme = {
  background: "var(--plot-background)",
  text: "var(--plot-text)",
  muted: "var(--plot-muted)",
  grid: "var(--plot-grid)",
  axis: "var(--plot-axis)",
  curves: light.curves.map((_, i) => `var(--curve-${i})`),
};

export const themes: Readonly<Record<ThemeName, Theme>> = { light, dark, page };

/** Definitions of the page theme's colours, for a style sheet. */
export const themeVariables = (name: "light" | "dark"): string => {
  const { curves, ...rest } = themes[name];
  const named = Object.entries(rest).map(([key, value]) => `--plot-${key}:${value}`);
  return [...named, ...curves.map((colour, i) => `--curve-${i}:${colour}`)].join(";");
};

/** A picture drawn for a page, with the colours of a theme put in: the same as drawn in it, without drawing again. */
export function painted(svg: string, name: "light" | "dark"): string {
  const theme = themes[name];
  return svg.replace(/var\(--(plot|curve)-(\w+)\)/g, (_, kind: string, key: string) =>
    kind === "curve" ? (theme.curves[Number(key)] ?? theme.text) : String(theme[key as keyof Theme] ?? theme.text),
  );
}

/** Symbols that stay apart when printed grey. */
export const shapes: readonly string[] = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "triangle-right",
  "triangle-left",
];

export const fontFamily = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/** What every picture shares. */
export const vegaConfig = (theme: Theme): Record<string, unknown> => ({
  background: theme.background,
  font: fontFamily,
  view: { stroke: null },
  axis: {
    labelColor: theme.muted,
    titleColor: theme.text,
    gridColor: theme.grid,
    domainColor: theme.axis,
    tickColor: theme.axis,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 10,
    tickSize: 4,
    labelPadding: 5,
    labelLimit: 0,
    gridWidth: 1,
  },
  header: { labelColor: theme.text, titleColor: theme.text, labelFontSize: 13, labelFontWeight: "bold", labelLimit: 0 },
  legend: {
    labelColor: theme.text,
    titleColor: theme.text,
    labelFontSize: 12,
    symbolOpacity: 1,
    labelLimit: 0,
    orient: "top",
    title: null,
  },
  title: {
    color: theme.text,
    subtitleColor: theme.muted,
    fontSize: 14,
    subtitleFontSize: 12,
    anchor: "start",
    frame: "group",
    offset: 8,
  },
  aria: true,
});

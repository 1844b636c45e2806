import { themeVariables } from "../../plots/theme.ts";

const light = `${themeVariables("light")};--page:#ffffff;--ink:#1b1f24;--soft:#59626e;--line:#d5dae0;--wash:#f5f6f8;
--link:#0063a3;
--forced:#8a4b00;--forced-wash:#fdf0dc;--correct:#00805d;--incorrect:#c04e00;--no-answer:#b97f00;--cut:#2f86bd;
--unscored:#7d8590;--error:#33383f;--edge:#7d8590;--warn:#7a5200;--bad:#b34700;--cut-text:#1f6595`;
const dark = `${themeVariables("dark")};--page:#14171c;--ink:#e6e9ee;--soft:#a0a9b5;--line:#343a43;--wash:#1c2027;
--link:#6cb6ea;
--forced:#ffc069;--forced-wash:#3a2c14;--correct:#35c79b;--incorrect:#f5853f;--no-answer:#f0b53a;--cut:#6cb6ea;
--unscored:#8b949e;--error:#d3d8de;--edge:#7d8793;--warn:#f0b53a;--bad:#f5853f;--cut-text:#6cb6ea`;

/** Colours of pages, as definitions for a style sheet. */
export const palettes = { light, dark } as const;

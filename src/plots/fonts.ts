import { fileURLToPath } from "node:url";

/**
 * The fonts that pictures are drawn with, regular and bold. Without any font given there would be no text at all, and
 * no warning.
 */
export const fontFiles = (): string[] =>
  ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
    fileURLToPath(new URL(`../../assets/fonts/${name}`, import.meta.url)),
  );

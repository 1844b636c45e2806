import type { Page } from "playwright-core";

export type Place = Readonly<{ x: number; y: number }>;
export type Pixel = readonly [red: number, green: number, blue: number];

/** What a reader sees at places of the window, read from a picture of it. */
export async function pixelsAt(page: Page, places: readonly Place[]): Promise<readonly Pixel[]> {
  const shot = (await page.screenshot()).toString("base64");
  const blank = await page.context().newPage();
  const pixels = await blank.evaluate(
    async ({ shot, places }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${shot}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const drawing = canvas.getContext("2d")!;
      drawing.drawImage(image, 0, 0);
      return places.map(({ x, y }) =>
        Array.from(drawing.getImageData(Math.round(x), Math.round(y), 1, 1).data.slice(0, 3)),
      );
    },
    { shot, places },
  );
  await blank.close();
  return pixels as unknown as readonly Pixel[];
}

/** How far a pixel is from grey of any lightness. */
export const fullness = (pixel: Pixel): number => Math.max(...pixel) - Math.min(...pixel);

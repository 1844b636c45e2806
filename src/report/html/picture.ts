/**
 * Makes the dots of a picture say what they stand for: `<title>` where there is no script, `data-tip` where there is.
 * Vega has put the words into `aria-label`.
 */
export const withTips = (svg: string): string =>
  svg.replace(
    /<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(?:point|rect)"([^>]*)\/>/g,
    (_, tip: string, rest: string) =>
      `<path role="graphics-symbol" aria-label="${tip}" data-tip="${tip}"${rest}><title>${tip}</title></path>`,
  );

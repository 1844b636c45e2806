/** Where a dot groups digits and a comma begins decimals. */
export const isContinental = (sentence: string): boolean =>
  /\d\.\d{3}(?!\d)|\d,\d/.test(sentence) &&
  (/\d\s?€|\bEuros?\b/.test(sentence) ||
    /(?:^|\s)(?:ist|sind|und|insgesamt|also|kostet|der|das|por|tanto|los|las|una|quindi|sono|totale|portanto|são|donc|reste)\s/i.test(
      sentence,
    ));

/** `2.480,50` as `2480.50`, with blanks for what is left out, so that places stay. */
export const withPoints = (sentence: string): string =>
  sentence.replace(/(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,(?:\d{1,2}|\d{4,}))(?![\d.,]*\d)/g, (number) =>
    number.replaceAll(".", "").replace(",", ".").padStart(number.length),
  );

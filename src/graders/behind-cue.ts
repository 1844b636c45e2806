/**
 * Looks for an answer in what a model wrote behind a cue. A cue that a method wrote ("Final Answer:", `\\boxed{`) says
 * where the answer begins; an answer that is not in the model's own words is none.
 */
export function behindCue<Found extends Readonly<{ answer: string }>>(
  find: (text: string) => Found | null,
  response: string,
  cue = "",
): Found | null {
  if (response.trim() === "") return null;
  const led = cue === "" ? null : find(`${cue}${response}`);
  return led && letters(response).includes(letters(led.answer)) ? led : find(response);
}

/** Marks of emphasis, spaces and signs around numbers may be read away. */
const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

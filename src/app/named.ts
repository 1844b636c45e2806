/** The entry of that name; the file was checked to have it. */
export const named = <T extends Readonly<{ name: string }>>(list: readonly T[], name: string): T => {
  const found = list.find((item) => item.name === name);
  if (!found) throw new Error(`nothing is named ${JSON.stringify(name)}`);
  return found;
};

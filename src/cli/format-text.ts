type Chosen = Readonly<Record<string, unknown>>;

const shown = (value: unknown): string => JSON.stringify(value) ?? "";

const told = (chosen: Chosen): readonly string[] => {
  const variables = Object.entries((chosen["template_variables"] as Chosen | undefined) ?? {});
  return [
    ...variables.map(([name, value]) => `${name}=${String(value)}`),
    ...(chosen["date"] === undefined ? [] : [`date ${shown(chosen["date"])}`]),
    ...(typeof chosen["note"] === "string" ? [chosen["note"]] : []),
  ];
};

/** What was chosen to write and to look for, in one line. */
export const formatText = (chosen: Chosen): string => {
  const { thinking_start: start, thinking_end: end, end_of_turn: turn, state } = chosen;
  const opened = start === "" ? "not opened" : state === "open" ? "opened by the prompt" : "opened by us";
  return [
    `thought ${shown(start)} ... ${shown(end)}, ${opened}`,
    `turn ends with ${[turn].flat().map(shown).join(" or ")}`,
    ...told(chosen),
  ].join("; ");
};

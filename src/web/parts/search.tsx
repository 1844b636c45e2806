import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

const PAUSE = 250;

/** Asks once the typing pauses. */
export function Search({
  label,
  value,
  onSearch,
}: {
  label: string;
  value: string;
  onSearch: (value: string) => void;
}): JSX.Element {
  const [typed, type] = useState(value);
  useEffect(() => type(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const later = setTimeout(() => onSearch(typed), PAUSE);
    return () => clearTimeout(later);
  }, [typed]);
  return (
    <label class="field">
      <span>{label}</span>
      <input type="search" value={typed} maxLength={200} onInput={(event) => type(event.currentTarget.value)} />
    </label>
  );
}

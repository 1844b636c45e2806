import type { Answer } from "./answer.ts";
import type { Expression } from "./expression.ts";
import { multiply } from "./factors.ts";

type Rows = readonly (readonly Answer[])[];

/** Rows and columns of a product that is multiplied out here. */
const largest = 5;

/** The product of two matrices of quantities, or `null` where their sizes do not fit or are too large. */
export const matrixProduct = (left: Rows, right: Rows): Answer[][] | null => {
  const [a, b] = [cells(left), cells(right)];
  const [inner, columns] = [b?.length ?? 0, b?.[0]?.length ?? 0];
  if (!a || !b || [a.length, inner, columns].some((size) => size < 1 || size > largest)) return null;
  if (a.some((row) => row.length !== inner) || b.some((row) => row.length !== columns)) return null;
  return a.map((row) =>
    Array.from({ length: columns }, (_, column) => sum(row.map((x, k) => multiply(x, b[k]?.[column] as Expression)))),
  );
};

const cells = (rows: Rows): Expression[][] | null => {
  const values = rows.map((row) => row.flatMap((cell) => (cell.kind === "value" ? [cell.value] : [])));
  return values.every((row, at) => row.length === rows[at]?.length) ? values : null;
};

const sum = (terms: readonly Expression[]): Answer => ({
  form: "",
  words: "",
  kind: "value",
  value: { kind: "sum", terms },
  unit: null,
  percent: false,
});

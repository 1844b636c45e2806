import type { Answer } from "./answer.ts";
import type { Expression } from "./expression.ts";
import { multiply } from "./factors.ts";
import { parseExpression } from "./parse.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { limits } from "./limits.ts";
import { matrixProduct } from "./matrix-product.ts";
import { assemble } from "./read-list.ts";
import { closingIndex, formOf, isOpen, isOperator, splitTop, type Token } from "./token.ts";

/** A matrix, or a sum of matrices, which is added up cell by cell. */
export const readMatrix = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  if (!tokens.some((token) => token.text.startsWith("begin:"))) return null;
  const parts = splitTop(tokens, (token, at) => at > 0 && isOperator(token, "+", "-"));
  if (parts.length < 2 || parts.length > 8) return readOne(tokens, nesting);
  const signs = tokens.filter((token, at) => at > 0 && isOperator(token, "+", "-") && closedBefore(tokens, at));
  const terms = parts.map((part) => (part.length > 0 ? readOne(part, nesting) : null));
  const [first] = terms;
  if (first?.kind !== "matrix" || signs.length !== parts.length - 1) return readOne(tokens, nesting);
  const rows = first.rows.map((row, r) =>
    row.map((_, c) =>
      addCells(
        terms.map((term) => cellAt(term, r, c)),
        signs,
      ),
    ),
  );
  const sameSize = terms.every((term) => term?.kind === "matrix" && term.rows.length === rows.length);
  const added = rows.every(
    (row, r) =>
      row.every((cell) => cell !== null) &&
      terms.every((term) => term?.kind === "matrix" && term.rows[r]?.length === row.length),
  );
  return sameSize && added ? answer(tokens, { kind: "matrix", environment: "matrix", rows: rows as Answer[][] }) : null;
};

/** `A B` and `A \cdot B`, multiplied out from the left. */
const readProduct = (tokens: readonly Token[], nesting: Nesting, end: number): Answer | null => {
  const next = isOperator(tokens[end + 1], "*") ? end + 2 : end + 1;
  if (nesting.depth > limits.depth || !tokens[next]?.text.startsWith("begin:")) return null;
  const deeper = { ...nesting, depth: nesting.depth + 1 };
  const [left, right] = [readOne(tokens.slice(0, end + 1), deeper), readOne(tokens.slice(next), deeper)];
  const rows = left?.kind === "matrix" && right?.kind === "matrix" ? matrixProduct(left.rows, right.rows) : null;
  return rows && answer(tokens, { kind: "matrix", environment: "matrix", rows });
};

/** Whether all brackets before this place are closed. */
const closedBefore = (tokens: readonly Token[], at: number): boolean => {
  const before = tokens.slice(0, at);
  return before.filter(({ type }) => type === "open").length === before.filter(({ type }) => type === "close").length;
};

const cellAt = (term: Answer | null, row: number, column: number): Expression | null => {
  const cell = term?.kind === "matrix" ? term.rows[row]?.[column] : undefined;
  return cell?.kind === "value" ? cell.value : null;
};

const addCells = (cells: readonly (Expression | null)[], signs: readonly Token[]): Answer | null => {
  if (!cells.every((cell) => cell !== null)) return null;
  const terms = cells.map((cell, at): Expression =>
    signs[at - 1]?.text === "-" ? { kind: "negative", of: cell } : cell,
  );
  return { form: "", words: "", kind: "value", value: { kind: "sum", terms }, unit: null, percent: false };
};

/** One matrix with what may stand around it: brackets, a factor before it, a transpose after it. */
const readOne = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const start = tokens.findIndex((token) => token.type === "open" && token.text.startsWith("begin:"));
  const end = start < 0 ? -1 : closingIndex(tokens, start);
  if (end < 0) return null;
  const product = readProduct(tokens, nesting, end);
  if (product) return product;
  const braced = start === 1 && isOpen(tokens[0], "\\{") && end === tokens.length - 1;
  const [before, after] = braced ? [[], []] : withoutBrackets(tokens.slice(0, start), tokens.slice(end + 1));
  const environment = braced ? "cases" : (tokens[start]?.text.slice("begin:".length) ?? "");
  const rows = readRows(tokens.slice(start + 1, end), environment, nesting);
  if (/^(?:align|gather|equation|split|eqnarray)/.test(environment) || isSystem(environment, rows))
    return before.length + after.length === 0 ? assemble(tokens, rows.flat(), "comma") : null;
  if (/^[vV]matrix$/.test(environment)) return before.length + after.length === 0 ? determinant(tokens, rows) : null;
  const turned =
    after.length === 0
      ? rows
      : /^\^ (?:T|\{ T \}|top|\{ top \}|t|\{ t \})$/.test(formOf(after))
        ? transpose(rows)
        : null;
  const scaled = turned && scale(turned, before);
  return (
    scaled &&
    answer(tokens, { kind: "matrix", environment: environment === "cases" ? "cases" : "matrix", rows: scaled })
  );
};

const withoutBrackets = (
  before: readonly Token[],
  after: readonly Token[],
): readonly [readonly Token[], readonly Token[]] =>
  isOpen(before.at(-1), "(", "[") && after[0]?.type === "close" && /^[)\]]$/.test(after[0].text)
    ? [before.slice(0, -1), after.slice(1)]
    : [before, after];

const readRows = (tokens: readonly Token[], environment: string, nesting: Nesting): Answer[][] => {
  const aligned = /^(?:align|gather|equation|split|eqnarray)/.test(environment);
  const split = splitTop(tokens, (token) => isOperator(token, "\\\\")).filter((row) => row.length > 0);
  const rows = aligned ? split.reduce(continued, []) : split;
  return rows.map((row) => {
    const cells = aligned
      ? [row.filter((token) => !isOperator(token, "&"))]
      : splitTop(row, (token) => isOperator(token, "&"));
    return cells.map((cell) => read(environment === "cases" ? withoutIf(cell) : cell, nesting));
  });
};

/** A row that begins with an equals sign goes on with the row above it. */
const continued = (rows: Token[][], row: Token[]): Token[][] => {
  const [first] = row.filter((token) => !isOperator(token, "&"));
  const last = rows.at(-1);
  return last && isOperator(first, "=", "<", ">", "≤", "≥", "≈", "≡")
    ? [...rows.slice(0, -1), [...last, ...row]]
    : [...rows, row];
};

/** Equations in one column under a brace hold together. */
const isSystem = (environment: string, rows: readonly (readonly Answer[])[]): boolean =>
  environment === "cases" && rows.length > 0 && rows.every((row) => row.length === 1 && row[0]?.kind === "relation");

const withoutIf = (tokens: readonly Token[]): readonly Token[] =>
  /^(?:if|for|when|where)$/i.test(tokens[0]?.text ?? "") ? tokens.slice(1) : tokens;

const transpose = (rows: readonly (readonly Answer[])[]): Answer[][] =>
  (rows[0] ?? []).map((_, column) => rows.flatMap((row) => row[column] ?? []));

const scale = (
  rows: readonly (readonly Answer[])[],
  before: readonly Token[],
): readonly (readonly Answer[])[] | null => {
  if (before.length === 0) return rows;
  const sign = before.length === 1 && isOperator(before[0], "-");
  const factor = sign ? minusOne : parseExpression(isOperator(before.at(-1), "*") ? before.slice(0, -1) : before);
  if (!factor) return null;
  return rows.map((row) =>
    row.map((cell) => (cell.kind === "value" ? { ...cell, value: multiply(factor, cell.value), form: "" } : cell)),
  );
};

const minusOne: Expression = { kind: "number", value: { num: -1n, den: 1n }, places: -1 };

/** Written-out determinants up to three rows are numbers. */
const determinant = (tokens: readonly Token[], rows: readonly (readonly Answer[])[]): Answer | null => {
  const size = rows.length;
  const cells = rows.map((row) => row.flatMap((cell) => (cell.kind === "value" ? [cell.value] : [])));
  if (size < 1 || size > 3 || cells.some((row) => row.length !== size)) return null;
  return answer(tokens, { kind: "value", value: expand(cells), unit: null, percent: false });
};

const expand = (cells: readonly (readonly Expression[])[]): Expression => {
  const [top = []] = cells;
  if (cells.length === 1) return top[0] as Expression;
  const terms = top.map((cell, column): Expression => {
    const minor = expand(cells.slice(1).map((row) => row.filter((_, at) => at !== column)));
    const term = multiply(cell, minor);
    return column % 2 === 0 ? term : { kind: "negative", of: term };
  });
  return { kind: "sum", terms };
};

/**
 * Solves a small square system by Gauss's elimination with row exchange; null where it is singular. The inputs are used
 * up.
 */
export function solve(matrix: number[][], right: number[]): number[] | null {
  const n = right.length;
  for (let column = 0; column < n; column++) {
    const pivot = largest(matrix, column);
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    if (Math.abs(matrix[column]![column]!) < 1e-10) return null;
    for (let row = column + 1; row < n; row++) eliminate(matrix, right, { row, column });
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let column = row + 1; column < n; column++) right[row]! -= matrix[row]![column]! * right[column]!;
    right[row]! /= matrix[row]![row]!;
  }
  return right;
}

function largest(matrix: readonly (readonly number[])[], column: number): number {
  let pivot = column;
  for (let row = column + 1; row < matrix.length; row++)
    if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
  return pivot;
}

function eliminate(
  matrix: number[][],
  right: number[],
  { row, column }: Readonly<{ row: number; column: number }>,
): void {
  const factor = matrix[row]![column]! / matrix[column]![column]!;
  for (let k = column; k < right.length; k++) matrix[row]![k]! -= factor * matrix[column]![k]!;
  right[row]! -= factor * right[column]!;
}

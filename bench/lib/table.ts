/** Prints rows under headings; numbers stand to the right. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const cells = [headings, ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const [first = [], ...others] = cells;
  console.log([line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n'));
}

/** Rounded for a table, e.g. `round(1.2345, 2)` is 1.23. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

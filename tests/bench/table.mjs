// tests/bench/table.mjs: figures as a person reads them.

export const whole = (value) => Math.round(value).toLocaleString('en-US');
export const fixed = (digits) => (value) => value.toFixed(digits);

/** "0.93 (0.91 to 0.95)" */
export const with_range = ({ median, least, most }, as) => `${as(median)} (${as(least)} to ${as(most)})`;

/** Rows of cells, aligned. */
export function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n') + '\n';
}

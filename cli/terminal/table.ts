import { printable } from "../../contract/text/printable.ts";

/** One column of text: its heading, and which side it is aligned to. */
export interface Column {
  readonly title: string;
  readonly right?: true;
}

/** A cell that is longer moves what follows in its own row, and makes no column of blanks of all others. */
const WIDEST = 60;

/**
 * Rows whose columns are as wide as their longest cell, with two spaces between; the headings come first. Whatever is in
 * a cell, it stays in its line.
 *
 * @param paint colours a cell after it was aligned, by the number of its row (-1: the headings) and column
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): readonly string[] {
  const all = [columns.map(({ title }) => title), ...rows].map((cells) => cells.map(printable));
  const widths = columns.map((_, column) => {
    const lengths = all.map((cells) => (cells[column] ?? "").length);
    return Math.max(...lengths.filter((length) => length <= WIDEST), 0);
  });
  return all.map((cells, row) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (columns[column]?.right) return paint(cell.padStart(width), row - 1, column);
        // What is padded at the end of a line is invisible, and in the way when it is copied.
        return paint(column === cells.length - 1 ? cell : cell.padEnd(width), row - 1, column);
      })
      .join("  "),
  );
}

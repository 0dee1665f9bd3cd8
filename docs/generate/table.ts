/** A table in Markdown. @param rows cells as Markdown; line breaks become blanks @returns nothing without rows */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("");
}

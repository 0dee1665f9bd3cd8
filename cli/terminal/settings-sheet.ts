import { createColors } from "picocolors";
import { printable } from "../../contract/text/printable.ts";
import { table } from "./table.ts";
import { command } from "../../contract/this-stack.ts";
import type { Field, Sheet } from "../../contract/sheet.ts";

export interface SheetLook {
  readonly color: boolean;
  /** Name of the vault, for the secrets that are not revealed. */
  readonly vault: string | undefined;
  /** Vault secret -> its value; shown in its place. */
  readonly revealed: ReadonlyMap<string, string>;
}

/** The sheets for a person who sits before the forms. */
export function renderSheets(sheets: readonly Sheet[], look: SheetLook): string {
  if (sheets.length === 0) return "Nothing of this stack is entered into a vendor's form.\n";
  const colors = createColors(look.color);
  const pages = sheets.map((sheet) => {
    const lines = [colors.bold(printable(sheet.title)), printable(sheet.where)];
    for (const { title, fields } of sheet.parts) {
      const rows = fields.map((field) => [`  ${field.label}`, valueOf(field, look)]);
      const [, ...aligned] = table([{ title: "" }, { title: "" }], rows);
      lines.push("", printable(title), ...aligned);
    }
    if (sheet.further.length > 0) lines.push("", "Further", ...sheet.further.map((line) => `  ${printable(line)}`));
    return lines.join("\n");
  });
  return `${pages.join("\n\n\n")}\n`;
}

function valueOf(field: Field, { vault, revealed }: SheetLook): string {
  if ("value" in field) return field.value;
  return (
    revealed.get(field.secret) ??
    `secret ${field.vaultSecret} in the vault ${vault ?? "of the stack"} (${command("settings-sheet", "--reveal", field.secret)})`
  );
}

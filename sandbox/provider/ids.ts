export interface IdFormat {
  make(parts: Readonly<Record<string, string>>): string;
  /** @throws when the id has another form */
  parse(id: string): Readonly<Record<string, string>>;
  /** Names of the parts. */
  readonly parts: readonly string[];
}

/**
 * Ids of one form, such as `/applications/{applicationId}/owners/{ownerId}`. A part in braces has no slash in it, one
 * with a star, `{scope*}`, may.
 */
export function idFormat(template: string): IdFormat {
  const pattern = new RegExp(
    `^${template
      .replace(/[.$]/g, "\\$&")
      .replace(/\{(\w+)\*\}/g, "(?<$1>.+)")
      .replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`,
    "i",
  );
  const parts = [...template.matchAll(/\{(\w+)\*?\}/g)].map((match) => match[1] ?? "");
  return {
    parts,
    make: (values) => template.replace(/\{(\w+)\*?\}/g, (_, name: string) => values[name] ?? ""),
    parse(id) {
      const groups = pattern.exec(id)?.groups;
      if (!groups) throw new Error(`The id "${id}" is not of the form ${template.replaceAll("*", "")}.`);
      return groups;
    },
  };
}

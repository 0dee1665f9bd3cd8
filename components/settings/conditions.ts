/**
 * What an editor can say of settings that are right one by one and cannot be together: keywords of JSON Schema, beside
 * the settings (`.meta(...)`). The parser has them from the faults; tests hold the two together.
 *
 * @packageDocumentation
 */

/** A part of a JSON schema. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Other settings of the stack that the setting needs, by their names. The schema's maker finds it wherever it stands. */
export function needing(...keys: readonly string[]): Keywords {
  return { needs: keys };
}

/** @param is values of settings @param then where all of them are so @param otherwise where they are not */
export function when(is: Readonly<Record<string, string>>, then: Keywords, otherwise: Keywords): Keywords {
  return { if: having(is), then, else: otherwise };
}

/** Settings of which each has the value. */
export function having(is: Readonly<Record<string, string | boolean>>): Keywords {
  return {
    properties: Object.fromEntries(Object.entries(is).map(([name, value]) => [name, { const: value }])),
    required: Object.keys(is),
  };
}

/** Not all of the settings have the value. */
export function not(is: Readonly<Record<string, string | boolean>>): Keywords {
  return { not: having(is) };
}

/** None of these settings. */
export function without(...names: readonly string[]): Keywords {
  return { properties: Object.fromEntries(names.map((name) => [name, false])) };
}

/** At least one of a list. */
export function some(name: string): Keywords {
  return { required: [name], properties: { [name]: { minItems: 1 } } };
}

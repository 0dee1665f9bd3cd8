/**
 * The file that `pulumi import --file` takes (documented; seen: Pulumi 3.259.0). `pulumi preview --import-file` writes
 * one of everything that a deployment would make, components included, with a placeholder in the place of each id:
 * what is there already gets its id, and the rest is left out. Pure.
 *
 * @packageDocumentation
 */
import { z } from "zod";

const Entry = z.looseObject({
  type: z.string(),
  name: z.string(),
  id: z.string().optional(),
  /** Name of another entry, or of one in `nameTable`. */
  parent: z.string().optional(),
  component: z.boolean().optional(),
});

export const ImportFile = z.looseObject({
  /** Name -> URN of parents that the state has. */
  nameTable: z.record(z.string(), z.string()).optional(),
  resources: z.array(Entry).nullish(),
});
export type ImportFile = z.infer<typeof ImportFile>;

/**
 * @param planned what a deployment would make
 * @param ids name in the program -> the provider's id
 */
export function withIds(planned: ImportFile, ids: ReadonlyMap<string, string>): ImportFile {
  const resources = planned.resources ?? [];
  const kept = new Set(resources.filter(({ name, component }) => !component && ids.has(name)).map(({ name }) => name));
  // Components are made by the import where they hold something.
  for (const name of kept) {
    const parent = resources.find((each) => each.name === name)?.parent;
    if (parent !== undefined) kept.add(parent);
  }
  return {
    ...planned,
    resources: resources
      .filter(({ name }) => kept.has(name))
      .map((each) => (each.component ? each : { ...each, id: ids.get(each.name) ?? "" })),
  };
}

/** Resources of the file, without components. */
export function imported({ resources }: ImportFile): readonly { readonly type: string; readonly name: string }[] {
  return (resources ?? []).filter(({ component }) => !component);
}

/**
 * docs/reference/components.md: each component with its arguments and outputs, as their docstrings say it.
 *
 * @packageDocumentation
 */
import { join } from "node:path";
import { Application, type Comment, type DeclarationReflection, ReflectionKind } from "typedoc";
import { table } from "./table.ts";

const ROOT = join(import.meta.dirname, "..", "..");

export async function componentsPage(): Promise<string> {
  const typedoc = await Application.bootstrap({
    entryPoints: [join(ROOT, "components", "index.ts")],
    tsconfig: join(import.meta.dirname, "tsconfig.json"),
    // The types are checked by tsc.
    skipErrorChecking: true,
    excludeExternals: true,
    excludePrivate: true,
    disableGit: true,
    disableSources: true,
    logLevel: "Error",
  });
  const project = await typedoc.convert();
  if (project === undefined) throw new Error("typedoc could not read components/index.ts.");
  const interfaces = new Map(
    project.getChildrenByKind(ReflectionKind.Interface).map((each) => [each.name, each] as const),
  );
  const sections = project
    .getChildrenByKind(ReflectionKind.Class)
    .map((component) => section(component, interfaces))
    .join("\n");
  return [
    "# Components\n\n",
    "Made from the docstrings by `npm run docs`. How to use them in TypeScript and in other languages: [components](../components.md).\n\n",
    "Each takes the component's name, these arguments, and Pulumi's own options (`parent`, `dependsOn`, `protect` and so on). An argument with an `Input` may be another resource's output. The type token is `tenantwire:index:<Name>`.\n\n",
    sections,
  ].join("");
}

function section(component: DeclarationReflection, interfaces: ReadonlyMap<string, DeclarationReflection>): string {
  const [construct] = component.children?.find(({ kind }) => kind === ReflectionKind.Constructor)?.signatures ?? [];
  const args = interfaces.get(construct?.parameters?.[1]?.type?.toString() ?? "");
  if (args === undefined) throw new Error(`${component.name}: its arguments have no interface that is exported.`);
  const outputs = properties(component).filter(({ inheritedFrom }) => inheritedFrom === undefined);
  const throws = construct?.comment?.blockTags.filter(({ tag }) => tag === "@throws") ?? [];
  return [
    `## ${component.name}\n`,
    text(component.comment),
    throws.map(({ content }) => `\nFails with ${content.map((part) => part.text).join("")}.\n`).join(""),
    table(
      ["argument", "type", "meaning"],
      properties(args).map((each) => [
        `\`${each.name}\`${each.flags.isOptional ? "" : " (required)"}`,
        `\`${each.type?.toString() ?? ""}\``,
        text(each.comment),
      ]),
    ),
    table(
      ["output", "meaning"],
      outputs.map((each) => [`\`${each.name}\``, text(each.comment)]),
    ),
  ].join("\n");
}

function properties(of: DeclarationReflection): readonly DeclarationReflection[] {
  return (of.children ?? []).filter(({ kind }) => kind === ReflectionKind.Property);
}

/** The words of a docstring, lines joined; paragraphs stay apart. */
function text(comment: Comment | undefined): string {
  const words = comment?.summary.map((part) => part.text).join("") ?? "";
  return words.replaceAll(/(?<!\n)\n(?!\n)/g, " ");
}

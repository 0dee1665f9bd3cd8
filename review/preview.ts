/**
 * What `pulumi preview --json --show-sames` prints, as far as a review reads it (seen: Pulumi 3.259.0). Secrets are
 * the text `[secret]` in it, also those of the configuration.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";

const Values = z.record(z.string(), z.unknown());

/** A resource before or after the deployment. */
export const ResourceState = z.object({
  /** Not: a component, which groups resources and is none. */
  custom: z.boolean().default(false),
  /** As the program writes them. */
  inputs: Values.default({}),
  /** As the provider answered; there are none before a resource is made. */
  outputs: Values.default({}),
  /** Input -> URNs of the resources that it is made of. */
  propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
  /** The engine refuses to delete or replace it. */
  protect: z.boolean().default(false),
  /** URN of the resource that takes this one along when it is deleted. */
  deletedWith: z.string().optional(),
});
export type ResourceState = z.infer<typeof ResourceState>;

export const Step = z.object({
  /** `same`, `create`, `update`, `delete`, `replace`, `read` and others of the engine. */
  op: z.string(),
  urn: z.string(),
  oldState: ResourceState.optional(),
  newState: ResourceState.optional(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  detailedDiff: Values.nullish(),
});
export type Step = z.infer<typeof Step>;

export const Preview = z.object({
  /** Configuration of the stack: full key -> text, JSON where it is structured. */
  config: z.record(z.string(), z.string()).default({}),
  steps: z.array(Step).default([]),
  /** Operation -> number of resources, components and the stack itself among them: what the engine tells too. */
  changeSummary: z.record(z.string(), z.number()).optional(),
  diagnostics: z.array(z.object({ severity: z.string().optional(), message: z.string().optional() })).default([]),
});
export type Preview = z.infer<typeof Preview>;

/** What the engine says instead of a value that is not known before the deployment (seen: Pulumi 3.259.0). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * @param text what the engine printed
 * @param origin where it came from, for the message: `preview.json`
 * @throws SettingsError in two sentences when it is no preview
 */
export function parsePreview(text: string, origin: string): Preview {
  const parsed = Preview.safeParse(json(text));
  // A preview has at least the stack itself, or says why it has nothing.
  if (parsed.success && (parsed.data.steps.length > 0 || parsed.data.diagnostics.length > 0)) return parsed.data;
  throw new SettingsError(
    `${origin} is not a preview as JSON. Make one: pulumi preview --json --show-sames > FILE (without --show-secrets).`,
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the engine has to say, without its marks and colours: errors are why there is no preview. */
export function messagesOf({ diagnostics }: Preview, severity: "error" | "warning"): string[] {
  return diagnostics
    .filter((diagnostic) => diagnostic.severity === severity)
    .map(({ message = "" }) => message.replace(new RegExp(`^(?:${severity}: )+`), "").trim())
    .filter((message) => message !== "");
}

/** `azuread:index/applicationPassword:ApplicationPassword` */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Types of the components that a resource is in, outermost first. */
export function componentsOf(urn: string): readonly string[] {
  return urn.split("::")[2]?.split("$").slice(0, -1) ?? [];
}

/** Its name in the program. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

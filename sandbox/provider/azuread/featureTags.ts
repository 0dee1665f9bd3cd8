/**
 * The tags by which Entra keeps features of a service principal (documented: azuread ServicePrincipal, featureTags).
 *
 * @packageDocumentation
 */
import { type Properties, records } from "../json.ts";
import type { InputSchema } from "../schema.ts";

const TAGS: Readonly<Record<string, string>> = {
  customSingleSignOn: "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
  enterprise: "WindowsAzureActiveDirectoryIntegratedApp",
  gallery: "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
  hide: "HideApp",
};

export const featureTagFields: InputSchema = Object.fromEntries(
  Object.keys(TAGS).map((name) => [name, { type: "boolean" as const }]),
);

/** The tags of the features that are switched on. */
export function tagsOfFeatures(featureTags: unknown): readonly string[] {
  const [features = {}] = records(featureTags);
  return Object.entries(TAGS).flatMap(([name, tag]) => (features[name] === true ? [tag] : []));
}

export function featuresOf(tags: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(TAGS).map(([name, tag]) => [name, tags.includes(tag)]));
}

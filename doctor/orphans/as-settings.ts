/**
 * An existing application as settings: what a person would write to have it declared, with the names of its permissions.
 * Pure.
 *
 * @packageDocumentation
 */
import { Document, type YAMLMap } from "yaml";
import { printable } from "../../contract/text/printable.ts";
import { dayOf } from "../../contract/days.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { nameIn } from "../checks/grants.ts";
import type { LiveRegistration } from "../live/read.ts";

/** What is asked for, by name: of Microsoft Graph as it is, of another API with that API's name in front. */
export interface Asked {
  readonly application: readonly string[];
  readonly delegated: readonly string[];
}

export function askedBy({ application, apis }: LiveRegistration): Asked {
  const all = application.requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAccess.map(({ id, type }) => {
      const api = apis.get(resourceAppId);
      const isRole = type === "Role";
      const name = (isRole ? api?.roles : api?.scopes)?.get(id) ?? id;
      return { isRole, name: api ? nameIn(api, name) : `${resourceAppId}: ${name}` };
    }),
  );
  const named = (roles: boolean) =>
    [...new Set(all.filter(({ isRole }) => isRole === roles).map(({ name }) => name))].sort();
  return { application: named(true), delegated: named(false) };
}

/**
 * YAML for `stacks/Pulumi.<stack>.yaml`. Permissions follow from the settings, so that they are told in comments: those
 * that it has, and how they differ from what the settings ask for now.
 *
 * @param declared the registration of the settings that it is to become
 */
export function asSettings(live: LiveRegistration, declared: DeclaredRegistration): string {
  const { application, owners, trusts = [] } = live;
  const { displayName, appId, signInAudience, web, passwordCredentials, keyCredentials } = application;
  const asked = askedBy(live);
  const redirectUris = web?.redirectUris ?? [];
  const own = {
    ...(displayName && { displayName }),
    ...(signInAudience === "AzureADMultipleOrgs" && { audience: "multipleTenants" }),
    ...(redirectUris.length > 0 && { redirectUris }),
    ...(trusts.length > 0 && {
      federated: trusts.map(({ name, issuer, subject, audiences }) => ({
        ...{ name, issuer, subject },
        ...(audiences[0] !== undefined && { audience: audiences[0] }),
      })),
    }),
  };
  const people = owners.filter(({ userPrincipalName }) => userPrincipalName).map(({ id }) => id.toLowerCase());
  const kept = [
    ...passwordCredentials.map((each) => ({ kind: "secret", each })),
    ...keyCredentials.map((each) => ({ kind: "certificate", each })),
  ].flatMap(({ kind, each: { keyId, endDateTime, displayName: name } }) =>
    endDateTime
      ? [
          {
            ...{
              registration: declared.name,
              kind,
              keyId: keyId.toLowerCase(),
              ends: dayOf(new Date(endDateTime).toISOString()),
            },
            note: name ?? "made by hand",
          },
        ]
      : [],
  );
  const [first = "", ...inner] = declared.setting;
  const nested = inner.reduceRight<Record<string, unknown>>((value, name) => ({ [name]: value }), own);
  const document = new Document({
    config: {
      [`tenantwire:${first}`]: nested,
      ...(people.length > 0 && { "tenantwire:owners": people }),
      ...(kept.length > 0 && { "tenantwire:adoptedCredentials": kept }),
    },
  });
  document.commentBefore = comments(String(displayName), appId, asked, declared)
    .map((line) => ` ${printable(line)}`)
    .join("\n");
  const config = document.get("config") as YAMLMap;
  config.flow = false;
  // In one line each, whatever line breaks of others are in a name.
  const oneLine = { blockQuote: false, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY } as const;
  return document.toString({ lineWidth: 0, ...oneLine });
}

function comments(displayName: string, clientId: string, asked: Asked, declared: DeclaredRegistration): string[] {
  const lines = [`"${displayName}" (client id ${clientId}), as Entra has it.`];
  for (const kind of ["application", "delegated"] as const) {
    lines.push(`${kind} permissions: ${asked[kind].join(", ") || "none"}`);
  }
  const more = difference(asked, declared.permissions);
  const less = difference(declared.permissions, asked);
  if (more.length > 0) lines.push(`Not asked for by the settings, and taken away by a deployment: ${more.join(", ")}`);
  if (less.length > 0) lines.push(`Asked for by the settings, and new: ${less.join(", ")}`);
  return lines;
}

function difference(one: Asked, other: Asked): string[] {
  return (["application", "delegated"] as const).flatMap((kind) =>
    one[kind].filter((name) => !other[kind].includes(name)).map((name) => `${kind} ${name}`),
  );
}

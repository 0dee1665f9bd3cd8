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
import { nameIn } from "../connectors/grants.ts";
import { collectionsOf } from "../live/collections.ts";
import { ownerName, thumbprintOf } from "../live/live-facts.ts";
import type { LiveRegistration } from "../connectors/registrations.ts";

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
 * @param today the UTC day since which its credentials count as declared
 */
export function asSettings(live: LiveRegistration, declared: DeclaredRegistration, today: string): string {
  const { application, owners, trusts = [] } = live;
  const { displayName, signInAudience, web, passwordCredentials, keyCredentials } = application;
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
    ...passwordCredentials.map((each) => ({ kind: "secret", each, thumbprint: undefined })),
    ...keyCredentials.map((each) => ({ kind: "certificate", each, thumbprint: thumbprintOf(each) })),
  ].flatMap(({ kind, each: { keyId, endDateTime, displayName: name }, thumbprint }) =>
    endDateTime
      ? [
          {
            ...{ registration: declared.name, kind, keyId: keyId.toLowerCase() },
            ...{ ends: dayOf(new Date(endDateTime).toISOString()), since: today },
            ...(thumbprint !== undefined && { thumbprint }),
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
  document.commentBefore = [...comments(application, asked, declared), ...undeclared(live)]
    .map((line) => ` ${printable(line)}`)
    .join("\n");
  const config = document.get("config") as YAMLMap;
  config.flow = false;
  // In one line each, whatever line breaks of others are in a name.
  const oneLine = { blockQuote: false, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY } as const;
  return document.toString({ lineWidth: 0, ...oneLine });
}

/** What it has and no setting declares: told, since it is neither written below nor gone after a deployment. */
function undeclared({
  application,
  principal,
  owners,
  trusts,
  directoryRoles,
  roleGroups,
}: LiveRegistration): string[] {
  const { signInAudience, passwordCredentials, keyCredentials, spa, publicClient, web } = application;
  const implicit = web?.implicitGrantSettings;
  const found = [
    ...(signInAudience && !AUDIENCES.includes(signInAudience)
      ? [`that ${signInAudience} may sign in; a deployment leaves this to its own tenant`]
      : []),
    ...owners.filter(({ userPrincipalName }) => !userPrincipalName).map((owner) => `the owner ${ownerName(owner)}`),
    ...[...passwordCredentials, ...keyCredentials]
      .filter(({ endDateTime }) => !endDateTime)
      .map(({ keyId }) => `a credential without an end (key id ${keyId})`),
    ...[...(principal?.passwordCredentials ?? []), ...(principal?.keyCredentials ?? [])].map(
      ({ keyId }) => `a credential of the service principal (key id ${keyId})`,
    ),
    ...(trusts ?? []).flatMap(({ name, audiences }) =>
      audiences.length > 1 ? [`the audiences ${audiences.slice(1).join(", ")} of the identity ${name}`] : [],
    ),
    ...(spa?.redirectUris ?? []).map((uri) => `the single-page redirect URI ${uri}`),
    ...(publicClient?.redirectUris ?? []).map((uri) => `the public client redirect URI ${uri}`),
    ...(implicit?.enableAccessTokenIssuance || implicit?.enableIdTokenIssuance ? ["implicit grants"] : []),
    ...(application.isFallbackPublicClient ? ["public client flows"] : []),
    ...collectionsOf(application, principal).map(({ aspect, label, id }) => `the ${aspect} ${label ?? id}`),
    ...directoryRoles.map(({ name }) => `the role ${name} of Entra`),
    ...roleGroups.map(({ displayName, id }) => `its place in the group ${displayName ?? id}`),
  ];
  const unread =
    trusts === undefined ? ["Which outside identities it trusts may not be read here: none is below."] : [];
  return [...unread, ...found.map((each) => `Nothing declares ${each}.`)];
}

const AUDIENCES: readonly string[] = ["AzureADMyOrg", "AzureADMultipleOrgs"];

function comments(
  { displayName, appId }: LiveRegistration["application"],
  asked: Asked,
  declared: DeclaredRegistration,
): string[] {
  const lines = [`"${displayName ?? ""}" (client id ${appId}), as Entra has it.`];
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

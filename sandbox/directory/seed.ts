import { createHash } from "node:crypto";
import { generateGroups } from "../data/groups.ts";
import { generatePeople } from "../data/people.ts";
import { applicationRole } from "../data/permissions.ts";
import { firstPartyPrincipals, GRAPH_APP_ID } from "../data/first-party.ts";
import type { Principal, World } from "../world.ts";
import type { DirectoryData, DirectoryObject } from "./model.ts";
import { graphTime } from "./time.ts";

/** A verified domain beside the two of the world: that of a company that Contoso took over. */
export const ACQUIRED_DOMAIN = "northwind.example";

/** What the deploying principal was granted: just what a deployment needs. */
const deployerRoles = [
  "Application.ReadWrite.OwnedBy",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.Read.All",
];

const administratorRoles = [
  "AdministrativeUnit.ReadWrite.All",
  "User.ReadWrite.All",
  "Group.ReadWrite.All",
  "GroupMember.ReadWrite.All",
  "Application.Read.All",
  "Directory.Read.All",
  "Policy.Read.All",
  "Policy.ReadWrite.ApplicationConfiguration",
];

/** The directory of a new world. */
export function newDirectory(world: World): DirectoryData {
  const { tenant } = world;
  const people = generatePeople({
    seed: world.seed,
    count: world.users,
    ownerId: world.ownerId,
    mailDomain: tenant.mailDomain,
    initialDomain: tenant.domain,
  });
  const { groups, members } = generateGroups(world.seed, people);
  const data: DirectoryData = {
    users: people,
    groups,
    members,
    administrativeUnits: [],
    unitMembers: {},
    applications: [],
    servicePrincipals: firstPartyPrincipals(world),
    owners: {},
    appRoleAssignments: [],
    oauth2PermissionGrants: [],
    deleted: [],
    log: [],
    audits: [],
    domains: [
      { id: tenant.mailDomain, isInitial: false, isDefault: true },
      { id: tenant.domain, isInitial: true, isDefault: false },
      { id: ACQUIRED_DOMAIN, isInitial: false, isDefault: false },
    ],
  };
  addPrincipal(world, data, world.deployer, deployerRoles);
  addPrincipal(world, data, world.administrator, administratorRoles);
  return data;
}

/** SHA-256 of a client secret: the secret itself is kept nowhere. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function addPrincipal(world: World, data: DirectoryData, principal: Principal, roles: readonly string[]): void {
  const { displayName, clientId, clientSecret, objectId } = principal;
  const createdDateTime = graphTime(world.now());
  const tenYears = new Date(world.now().getTime() + 3650 * 86_400_000);
  data.applications.push({
    id: world.guid(displayName, "application"),
    appId: clientId,
    displayName,
    createdDateTime,
    signInAudience: "AzureADMyOrg",
    publisherDomain: world.tenant.domain,
    passwordCredentials: [
      {
        keyId: world.guid(displayName, "password"),
        displayName: "initial",
        hint: clientSecret.slice(0, 3),
        startDateTime: createdDateTime,
        endDateTime: graphTime(tenYears),
        secretHash: secretHash(clientSecret),
      },
    ],
  });
  data.servicePrincipals.push({
    id: objectId,
    appId: clientId,
    displayName,
    appDisplayName: displayName,
    createdDateTime,
    appOwnerOrganizationId: world.tenant.id,
    servicePrincipalNames: [clientId],
    signInAudience: "AzureADMyOrg",
  });
  const graph = data.servicePrincipals.find((each) => each?.["appId"] === GRAPH_APP_ID) as DirectoryObject;
  for (const role of roles) {
    data.appRoleAssignments.push({
      id: world.guid(displayName, role),
      appRoleId: applicationRole(role),
      createdDateTime,
      principalDisplayName: displayName,
      principalId: objectId,
      principalType: "ServicePrincipal",
      resourceDisplayName: "Microsoft Graph",
      resourceId: graph.id,
    });
  }
}

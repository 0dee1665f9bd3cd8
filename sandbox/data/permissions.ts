/**
 * Permissions that the stand-in's Microsoft Graph offers, with the ids that Microsoft published: what its own service
 * principal lists as appRoles and oauth2PermissionScopes.
 *
 * @packageDocumentation
 */
export interface PublishedPermission {
  readonly name: string;
  readonly title: string;
  /** Id as an application permission, if it is one. */
  readonly role?: string;
  /** Id as a delegated permission, if it is one. */
  readonly scope?: string;
  /** Who may consent to the delegated permission. */
  readonly consent?: "User" | "Admin";
}

export const graphPermissions: readonly PublishedPermission[] = [
  {
    name: "User.Read",
    title: "Sign in and read user profile",
    scope: "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    consent: "User",
  },
  {
    name: "User.ReadBasic.All",
    title: "Read all users' basic profiles",
    role: "97235f07-e226-4f63-ace3-39588e11d3a1",
    scope: "b340eb25-3456-403f-be2f-af7a0d370277",
    consent: "User",
  },
  {
    name: "User.Read.All",
    title: "Read all users' full profiles and company properties",
    role: "df021288-bdef-4463-88db-98f22de89214",
    scope: "a154be20-db9c-4678-8ab7-66f6cc099a59",
    consent: "Admin",
  },
  {
    name: "User.ReadWrite.All",
    title: "Read and write all users' full profiles",
    role: "741f803b-c850-494e-b5df-cde7c675a1ca",
    scope: "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
    consent: "Admin",
  },
  {
    name: "User-LifeCycleInfo.Read.All",
    title: "Read all users' lifecycle information",
    role: "8556a004-db57-4d7a-8b82-97a13428e96f",
    scope: "ed8d2a04-0374-41f1-aefe-da8ac87ccc87",
    consent: "Admin",
  },
  {
    name: "Group.Read.All",
    title: "Read all groups",
    role: "5b567255-7703-4780-807c-7be8301ae99b",
    scope: "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
    consent: "Admin",
  },
  {
    name: "Group.ReadWrite.All",
    title: "Read and write all groups",
    role: "62a82d76-70ea-41e2-9197-370581804d09",
    scope: "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    consent: "Admin",
  },
  {
    name: "GroupMember.Read.All",
    title: "Read all group memberships",
    role: "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    scope: "bc024368-1153-4739-b217-4326f2e966d0",
    consent: "Admin",
  },
  {
    name: "GroupMember.ReadWrite.All",
    title: "Read and write all group memberships",
    role: "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    scope: "f81125ac-d3b7-4573-a3b2-7099cc39df9e",
    consent: "Admin",
  },
  {
    name: "Place.Read.All",
    title: "Read all company places",
    role: "913b9306-0ce1-42b8-9137-6a7df690a760",
    scope: "cb8f45a0-5c2e-4ea1-b803-84b870a7d7ec",
    consent: "Admin",
  },
  {
    name: "Place.ReadWrite.All",
    title: "Read and write organization places",
    role: "f1f5e9aa-ad18-4b97-883e-6aa7e95b7a5f",
    scope: "4c06a06a-098a-4063-868e-5dfee3827264",
    consent: "Admin",
  },
  {
    name: "Calendars.Read",
    title: "Read calendars in all mailboxes",
    role: "798ee544-9d2d-430c-a058-570e29e34338",
    scope: "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42",
    consent: "User",
  },
  {
    name: "Calendars.ReadBasic",
    title: "Read basic details of user calendars",
    scope: "662d75ba-a364-42ad-adee-f5f880ea4878",
    consent: "User",
  },
  {
    name: "Calendars.ReadBasic.All",
    title: "Read basic details of calendars in all mailboxes ",
    role: "8ba4a692-bc31-4128-9094-475872af8a53",
  },
  {
    name: "Calendars.Read.Shared",
    title: "Read user and shared calendars",
    scope: "2b9c4092-424d-4249-948d-b43879977640",
    consent: "User",
  },
  {
    name: "Calendars.ReadWrite",
    title: "Read and write calendars in all mailboxes",
    role: "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    scope: "1ec239c2-d7c9-4623-a91a-a9775856bb36",
    consent: "User",
  },
  {
    name: "Calendars.ReadWrite.Shared",
    title: "Read and write user and shared calendars",
    scope: "12466101-c9b8-439a-8589-dd09ee67e8e9",
    consent: "User",
  },
  { name: "openid", title: "Sign users in", scope: "37f7f235-527c-4136-accd-4a02d197296e", consent: "User" },
  {
    name: "offline_access",
    title: "Maintain access to data you have given it access to",
    scope: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    consent: "User",
  },
  {
    name: "profile",
    title: "View users' basic profile",
    scope: "14dad69e-099b-42c9-810b-d002981feec1",
    consent: "User",
  },
  { name: "email", title: "View users' email address", scope: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", consent: "User" },
  {
    name: "Directory.Read.All",
    title: "Read directory data",
    role: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    scope: "06da0dbc-49e2-44d2-8312-53f166ab848a",
    consent: "Admin",
  },
  {
    name: "Domain.Read.All",
    title: "Read domains",
    role: "dbb9058a-0e50-45d7-ae91-66909b5d4664",
    scope: "2f9ee017-59c1-4f1d-9472-bd5529a7b311",
    consent: "Admin",
  },
  {
    name: "Organization.Read.All",
    title: "Read organization information",
    role: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    scope: "4908d5b9-3fb2-4b1e-9336-1888b7937185",
    consent: "Admin",
  },
  {
    name: "AdministrativeUnit.Read.All",
    title: "Read all administrative units",
    role: "134fd756-38ce-4afd-ba33-e9623dbe66c2",
    scope: "3361d15d-be43-4de6-b441-3c746d05163d",
    consent: "Admin",
  },
  {
    name: "AdministrativeUnit.ReadWrite.All",
    title: "Read and write all administrative units",
    role: "5eb59dd3-1da2-4329-8733-9dabdc435916",
    scope: "7b8a2d34-6b3f-4542-a343-54651608ad81",
    consent: "Admin",
  },
  {
    name: "AuditLog.Read.All",
    title: "Read audit log data",
    role: "b0afded3-3588-46d8-8b3d-9842eff778da",
    scope: "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20",
    consent: "Admin",
  },
  {
    name: "Policy.Read.All",
    title: "Read your organization's policies",
    role: "246dd0d5-5bd0-4def-940b-0421030a5b68",
    scope: "572fea84-0151-49b2-9301-11cb16974376",
    consent: "Admin",
  },
  {
    name: "RoleManagement.Read.Directory",
    title: "Read directory RBAC settings",
    role: "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    scope: "741c54c3-0c1e-44a1-818b-3f97ab4e8c83",
    consent: "Admin",
  },
  {
    name: "RoleManagement.ReadWrite.Directory",
    title: "Read and write directory RBAC settings",
    role: "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    scope: "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    consent: "Admin",
  },
  {
    name: "Policy.ReadWrite.ApplicationConfiguration",
    title: "Read and write your organization's application configuration policies",
    role: "be74164b-cff1-491c-8741-e671cb536e13",
    scope: "b27add92-efb2-4f16-84f5-8108ba77985c",
    consent: "Admin",
  },
  {
    name: "Application.Read.All",
    title: "Read all applications",
    role: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    scope: "c79f8feb-a9db-4090-85f9-90d820caa0eb",
    consent: "Admin",
  },
  {
    name: "Application.ReadWrite.OwnedBy",
    title: "Manage apps that this app creates or owns",
    role: "18a4783c-866b-4cc7-a460-3d5e5662c884",
  },
  {
    name: "Application.ReadWrite.All",
    title: "Read and write all applications",
    role: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    scope: "bdfbf15f-ee85-4955-8675-146e8e5296b5",
    consent: "Admin",
  },
  {
    name: "AppRoleAssignment.ReadWrite.All",
    title: "Manage app permission grants and app role assignments",
    role: "06b708a9-e830-4db3-a914-8e69da51d44f",
    scope: "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    consent: "Admin",
  },
  {
    name: "DelegatedPermissionGrant.ReadWrite.All",
    title: "Manage all delegated permission grants",
    role: "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    scope: "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
    consent: "Admin",
  },
  {
    name: "Mail.Send",
    title: "Send mail as any user",
    role: "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    scope: "e383f46e-2787-4529-855e-0e479a3ffac0",
    consent: "User",
  },
];

/**
 * An application role that was switched off. Assumed: Graph's own service principal lists none in the published
 * export, but other resources do, and a reader of `appRoles` has to look at `isEnabled`.
 */
export const disabledRole: PublishedPermission = {
  name: "Reports.ReadLegacy.All",
  title: "Read all usage reports (retired)",
  role: "5c8f4a1d-2f0b-4c57-9a42-0d3f6f0a7e11",
};

/** Id of a delegated permission by name. */
export function delegatedScope(name: string): string {
  const scope = graphPermissions.find((each) => each.name === name)?.scope;
  if (scope === undefined) throw new Error(`${name} is not a delegated permission of the stand-in's Microsoft Graph`);
  return scope;
}

/** Id of a permission by name, for the stand-in's own principals. */
export function applicationRole(name: string): string {
  const role = graphPermissions.find((each) => each.name === name)?.role;
  if (role === undefined) throw new Error(`${name} is not an application permission of the stand-in's Microsoft Graph`);
  return role;
}

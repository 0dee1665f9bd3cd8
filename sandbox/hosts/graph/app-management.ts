import { z } from "zod";
import { appManagement, DURATION } from "../../directory/app-management.ts";
import type { AppPolicy, Restrictions } from "../../directory/app-management.ts";
import { bodyOf, created, noContent, ok, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { badRequest, notFound, notHere } from "./errors.ts";
import { find } from "./lookup.ts";

const time = z.iso.datetime({ offset: true }).nullish().default(null);
const Password = z.strictObject({
  restrictionType: z.enum([
    "passwordAddition",
    "passwordLifetime",
    "customPasswordAddition",
    "symmetricKeyAddition",
    "symmetricKeyLifetime",
  ]),
  // Documented: a restriction that says nothing is on.
  state: z.enum(["enabled", "disabled"]).default("enabled"),
  maxLifetime: z.string().regex(DURATION).nullish().default(null),
  restrictForAppsCreatedAfterDateTime: time,
});
const Key = z.strictObject({
  restrictionType: z.literal("asymmetricKeyLifetime"),
  state: z.enum(["enabled", "disabled"]).default("enabled"),
  maxLifetime: z.string().regex(DURATION).nullish().default(null),
  restrictForAppsCreatedAfterDateTime: time,
});
const RestrictionsBody = z.strictObject({
  passwordCredentials: z.array(Password).default([]),
  keyCredentials: z.array(Key).default([]),
});
const TenantPolicyBody = z.strictObject({
  id: z.string().optional(),
  displayName: z.string().optional(),
  description: z.string().optional(),
  isEnabled: z.boolean().optional(),
  applicationRestrictions: RestrictionsBody.optional(),
  servicePrincipalRestrictions: RestrictionsBody.optional(),
});
const AppPolicyBody = z.strictObject({
  displayName: z.string().nullish().default(null),
  description: z.string().nullish().default(null),
  isEnabled: z.boolean().default(true),
  restrictions: RestrictionsBody,
});

/** App management policies; the restrictions of identifier URIs are not here. */
export const appManagementRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/policies/defaultAppManagementPolicy",
    handle: (call) =>
      ok({
        "@odata.context": `${call.root}/$metadata#policies/defaultAppManagementPolicy/$entity`,
        ...appManagement(call.world).tenant,
      }),
  },
  {
    method: "PATCH",
    path: "/policies/defaultAppManagementPolicy",
    handle(call) {
      const { tenant } = appManagement(call.world);
      // What identifies the policy may be said as it is, as in every PATCH.
      const {
        id = tenant.id,
        displayName = tenant.displayName,
        description = tenant.description,
        ...changes
      } = parse(TenantPolicyBody, call);
      const said = { id, displayName, description };
      for (const name of ["id", "displayName", "description"] as const) {
        if (said[name] !== tenant[name]) throw badRequest(`Property '${name}' is read-only and cannot be set.`);
      }
      Object.assign(tenant, changes);
      return noContent;
    },
  },
  {
    method: "GET",
    path: "/policies/appManagementPolicies",
    handle: (call) => list(call, "policies/appManagementPolicies", appManagement(call.world).policies),
  },
  {
    method: "POST",
    path: "/policies/appManagementPolicies",
    handle(call) {
      const policy: AppPolicy = { id: crypto.randomUUID(), ...parse(AppPolicyBody, call) };
      appManagement(call.world).policies.push(policy);
      return created({ "@odata.context": `${call.root}/$metadata#policies/appManagementPolicies/$entity`, ...policy });
    },
  },
  {
    method: "GET",
    path: "/applications/:id/appManagementPolicies",
    handle(call) {
      const { id } = find(call, call.directory.applications);
      const { policies, assigned } = appManagement(call.world);
      const own = policies.filter((each) => each.id === assigned[id]);
      return list(call, `applications('${id}')/appManagementPolicies`, own);
    },
  },
  {
    method: "POST",
    path: "/applications/:id/appManagementPolicies/$ref",
    handle(call) {
      const { id } = find(call, call.directory.applications);
      const { policies, assigned } = appManagement(call.world);
      const wanted = referencedId(bodyOf(call)["@odata.id"]);
      if (!policies.some((each) => each.id === wanted)) throw notFound(wanted);
      assigned[id] = wanted;
      return noContent;
    },
  },
];

function list(call: Call, set: string, value: readonly { restrictions: Restrictions }[]) {
  return ok({ "@odata.context": `${call.root}/$metadata#${set}`, value });
}

function parse<T>(schema: z.ZodType<T>, call: Call): T {
  const parsed = schema.safeParse(withoutAnnotations(bodyOf(call)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join("/") ?? "";
  // The published model has it, or the body would not have come so far.
  if (issue?.code === "unrecognized_keys")
    throw notHere(`the property '${[path, ...issue.keys].filter(Boolean).join("/")}'`);
  throw badRequest(`Invalid value specified for property '${path}'.`);
}

function withoutAnnotations(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.includes("@odata.")));
}

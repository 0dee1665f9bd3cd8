/** The group of the people who run what the stack declares. @packageDocumentation */
import { z } from "zod";

export const DeclaredAccess = z.strictObject({
  /** Never changes; unique among the groups of a tenant. */
  id: z.string(),
  /** Shown to people. */
  name: z.string(),
  authentication: z.enum(["office365Strict", "multiAuthentication"]),
  /** Ways to sign in besides that of the tenant's own people; counts with multi-authentication and in a linked group. */
  allowed: z.array(z.enum(["office365", "forms"])),
  /** `ConfigId` of the OnePlan group that decides who comes in. Absent: the group is not linked. */
  oneplanConfiguration: z.string().optional(),
  /** Of the IANA database. Times are shown in it and never computed in it. */
  timeZone: z.string(),
  /** Object ids in Entra of who is an administrator from the beginning. */
  administrators: z.array(z.guid()),
  /** The first person of the tenant who signs in becomes the administrator: of a group that declares none. */
  selfService: z.literal(true).optional(),
  /** Channel of the alerts, one of mail, by which administrators are told of requests. Absent: nobody is. */
  mailBy: z.string().optional(),
  /** Days until a request that nobody decided is reminded of, and until it ends. */
  requests: z.strictObject({ remindAfterDays: z.int(), expireAfterDays: z.int() }),
});
export type DeclaredAccess = z.infer<typeof DeclaredAccess>;

/** Of the stack's `integrations`. */
export const integrations = { access: DeclaredAccess.optional() };

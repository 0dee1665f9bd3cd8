/** The group of the people who run what the stack declares: who they are, and how they sign in. @packageDocumentation */
import { z } from "zod";
import { isTimeZone } from "../../contract/strategies.ts";
import { objectId, text } from "../../contract/values.ts";
import { having, needing, not, some, without } from "../settings/conditions.ts";

const wholeDays = (what: string) => z.int().min(1).max(90).describe(`whole days, 1 to 90: ${what}`);

export const Access = z
  .strictObject({
    name: text("the name of the group, which people are shown"),
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,29}$/)
      .describe("the id of the group: small letters, digits and hyphens; it never changes"),
    authentication: z
      .enum(["office365Strict", "multiAuthentication"])
      .default("office365Strict")
      .describe("who may sign in: office365Strict (people of this tenant alone) or multiAuthentication"),
    allowed: z
      .array(z.enum(["office365", "forms"]).describe("a way to sign in"))
      .min(1)
      .default(["office365"])
      .describe(
        "a list of ways to sign in besides that of the tenant's people: office365 (people of other tenants, whom the console does not take), forms",
      ),
    oneplanConfiguration: z
      .guid()
      .toLowerCase()
      .describe("the configuration id of the OnePlan group that decides who comes in, instead of the authentication")
      .optional(),
    timeZone: z
      .string()
      .refine(isTimeZone)
      .default("UTC")
      .describe("the time zone that times are shown in, of the IANA database, such as Europe/Berlin"),
    administrators: z
      .array(objectId("a person"))
      .default([])
      .describe("a list of object ids of people who are administrators from the beginning"),
    selfService: z
      .boolean()
      .default(false)
      .describe(
        "whether the first person of this tenant who signs in becomes the administrator, instead of administrators",
      ),
    mailBy: text(
      "the name of a channel of tenantwire:alerts, one of mail, that requests and links for passwords are mailed by",
    ).optional(),
    requests: z
      .strictObject({
        remindAfterDays: wholeDays("until administrators are reminded of a request").default(3),
        expireAfterDays: wholeDays("until a request that nobody decided ends").default(14),
      })
      .describe("settings: remindAfterDays, expireAfterDays")
      .prefault({}),
  })
  .describe("settings: name, id, authentication, administrators and others")
  .meta({
    allOf: [
      {
        if: { required: ["oneplanConfiguration"] },
        then: { ...without("administrators"), ...not({ selfService: true }), ...needing("oneplan") },
        else: {
          if: having({ selfService: true }),
          then: without("administrators"),
          else: some("administrators"),
          allOf: [{ if: having({ authentication: "multiAuthentication" }), then: {}, else: without("allowed") }],
        },
      },
      { if: { required: ["mailBy"] }, then: needing("alerts"), else: {} },
    ],
  });
export type AccessSettings = z.output<typeof Access>;

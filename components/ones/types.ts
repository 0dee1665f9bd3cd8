import type { ComponentType } from "../../contract/registrations.ts";
import type { OnesMode } from "./permissions.ts";

/** One type for all modes before: a change of the mode keeps the registration, its client id and its secrets. */
const BEFORE = ["tenantwire:ones:Microsoft365"];

const modes = {
  applicationPermission: "OnesApplicationPermission",
  delegatedPermission: "OnesDelegatedPermission",
  delegatedResourceOnly: "OnesDelegatedResourceOnly",
  applicationResourceOnly: "OnesApplicationResourceOnly",
} as const satisfies Record<OnesMode, string>;

function mode(own: OnesMode): ComponentType {
  const others = Object.values(modes).filter((component) => component !== modes[own]);
  return { component: modes[own], aliases: [...BEFORE, ...others.map((other) => `tenantwire:index:${other}`)] };
}

/** Mode, or the registration for signing in -> the component that makes it. */
export const onesComponents: Readonly<Record<OnesMode | "singleSignOn", ComponentType>> = {
  applicationPermission: mode("applicationPermission"),
  delegatedPermission: mode("delegatedPermission"),
  delegatedResourceOnly: mode("delegatedResourceOnly"),
  applicationResourceOnly: mode("applicationResourceOnly"),
  singleSignOn: { component: "OnesSingleSignOn", aliases: ["tenantwire:ones:SingleSignOn"] },
};

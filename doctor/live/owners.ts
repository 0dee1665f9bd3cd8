import type { Registration } from "../../contract/outputs.ts";
import { listed } from "../../contract/words.ts";
import { failed, ok, type Verdict, warning } from "../checks/check.ts";
import { ownerName } from "./live-facts.ts";
import type { LiveOwner, LiveRegistration } from "../connectors/registrations.ts";

/** Owners can give a registration a secret and sign in as it: who they are counts. Pure. */
export function ownersVerdict(registration: Registration, { owners, principalOwners }: LiveRegistration): Verdict {
  const all = [...new Map([...owners, ...principalOwners].map((owner) => [owner.id, owner])).values()];
  const disabled = all.filter(({ accountEnabled }) => accountEnabled === false);
  const guests = all.filter(({ userType }) => userType?.toLowerCase() === "guest");
  const mend = "Write another person under tenantwire:owners, and deploy (pulumi up).";
  const said = [
    ...(disabled.length > 0 ? [`${names(disabled)} cannot sign in any more.`] : []),
    ...(guests.length > 0
      ? [`${names(guests)} ${guests.length > 1 ? "are guests" : "is a guest"} of this tenant.`]
      : []),
  ];
  if (guests.length > 0) return failed(`${said.join(" ")} ${mend}`);
  if (disabled.length > 0) return warning(`${said.join(" ")} ${mend}`);
  if (owners.length === 0) return ok(`Nobody owns ${registration.displayName}.`);
  return ok(`${listed(owners.map(ownerName))}.`);
}

function names(owners: readonly LiveOwner[]): string {
  return listed(owners.map(ownerName));
}

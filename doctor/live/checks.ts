/**
 * Checks of each registration: what is there of it, whole, beside what is declared.
 *
 * @packageDocumentation
 */
import type { Registration } from "../../contract/outputs.ts";
import { TenantwireError } from "../../contract/errors.ts";
import { counted } from "../../contract/words.ts";
import type { Access } from "../checks/access.ts";
import { type Check, failed, NotChecked, ok, type Verdict } from "../checks/check.ts";
import { judgePermissions } from "../checks/permissions.ts";
import { compareWithDeclared } from "./compare.ts";
import type { Aspect } from "./facts.ts";
import { liveFacts } from "./live-facts.ts";
import { judgeLock } from "./lock.ts";
import { judgeOwners } from "./owners.ts";
import { type LiveRegistration, READ_TRUSTS, RegistrationReader } from "./read.ts";
import { tellDifference } from "./words.ts";

/** A check, the facts that it compares, and what they are called when nothing is wrong. */
const compared: readonly { readonly id: string; readonly aspects: readonly Aspect[]; readonly tried: string }[] = [
  { id: "credentials", aspects: ["secret", "certificate"], tried: "the secrets and certificates" },
  { id: "ownership", aspects: ["owner"], tried: "the owners" },
  { id: "trusts", aspects: ["trust"], tried: "the outside identities that are trusted" },
  {
    id: "redirects",
    aspects: ["web redirect URI", "single-page redirect URI", "public client redirect URI"],
    tried: "the redirect URIs of every platform",
  },
  { id: "settings", aspects: ["setting"], tried: "who may sign in, and how" },
  { id: "requests", aspects: ["requested permission"], tried: "the permissions that are asked for" },
];

export function liveChecks(access: Access, now: Date): Check[] {
  const { registrations } = access.outputs;
  return registrations.flatMap((registration) => registrationChecks(access, registration, now));
}

function registrationChecks(access: Access, registration: Registration, now: Date): Check[] {
  const { name, displayName, audience } = registration;
  let read: Promise<LiveRegistration> | undefined;
  const live = (signal: AbortSignal) => (read ??= readWhole(access, registration, signal));
  return [
    ...compared.map(({ id, aspects: wanted, tried }): Check => ({
      id: `${id}/${name}`,
      tried: `${tried} of ${displayName}, beside what is declared`,
      run: async (signal) => judge(access, registration, wanted, await live(signal), now),
    })),
    {
      id: `permissions/${name}`,
      tried: `what ${displayName} declares, beside what was granted`,
      async run(signal) {
        const whole = await live(signal);
        const { principalId } = registration;
        const granted = await access.readGrants((grants) => grants.granted(principalId, signal));
        const surplus = compareWithDeclared(access.outputs, registration, whole, now).filter(
          ({ aspect, kind }) => aspect === "granted permission" && kind === "surplus",
        );
        return judgePermissions(
          registration,
          granted,
          surplus.flatMap(({ undo }) => undo ?? []),
        );
      },
    },
    {
      id: `owners/${name}`,
      tried: `who owns ${displayName}`,
      run: async (signal) => judgeOwners(registration, await live(signal)),
    },
    ...(audience === "multipleTenants"
      ? [
          {
            id: `lock/${name}`,
            tried: `whether other tenants can give ${displayName} a credential there`,
            run: async (signal: AbortSignal) =>
              judgeLock(registration, await live(signal), access.outputs.tenant.cloud),
          },
        ]
      : []),
  ];
}

async function readWhole(access: Access, registration: Registration, signal: AbortSignal): Promise<LiveRegistration> {
  const { objectId, principalId, displayName } = registration;
  const live = await access.readDirectory((client) =>
    new RegistrationReader(client).read({ objectId, principalId }, signal),
  );
  if (live === undefined) {
    throw new TenantwireError(`The registration ${displayName} is gone. Deploy the stack again (pulumi up --refresh).`);
  }
  return live;
}

function judge(
  { outputs }: Access,
  registration: Registration,
  wanted: readonly Aspect[],
  live: LiveRegistration,
  now: Date,
): Verdict {
  if (wanted.includes("trust") && live.trusts === undefined) {
    throw new NotChecked(
      `Who is signed in here may not read them: sign in (az login) as somebody with ${READ_TRUSTS}, or as an owner of it.`,
    );
  }
  if (wanted.includes("owner") && registration.owners === undefined) {
    throw new NotChecked("The outputs do not say who owns it: deploy the stack again (pulumi up).");
  }
  const differences = compareWithDeclared(outputs, registration, live, now).filter(({ aspect }) =>
    wanted.includes(aspect),
  );
  if (differences.length > 0) {
    return failed(differences.flatMap((each) => tellDifference(each, registration, outputs.mark)));
  }
  const count = liveFacts(outputs, registration, live).filter(({ aspect }) => wanted.includes(aspect)).length;
  return ok(count === 0 ? "None, as declared." : `${counted(count, "fact")}, as declared.`);
}

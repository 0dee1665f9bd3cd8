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
import { permissionsVerdict } from "../checks/permissions.ts";
import { compareWithDeclared } from "./compare.ts";
import { declaredRoleFacts, liveRoleFacts, NO_VAULT_ID, noReader, vaultGroups } from "./azure-roles.ts";
import { type Aspect, compareFacts } from "./facts.ts";
import { liveFacts } from "./live-facts.ts";
import { lockVerdict } from "./lock.ts";
import { ownersVerdict } from "./owners.ts";
import { type LiveRegistration, READ_TRUSTS, RegistrationReader } from "../connectors/registrations.ts";
import { tellDifference } from "./words.ts";

/** A check, the facts that it compares, and what one of them is called. */
interface Compared {
  readonly id: string;
  readonly aspects: readonly Aspect[];
  readonly tried: (displayName: string) => string;
  readonly one: string;
  readonly many: string;
}

const compared: readonly Compared[] = [
  {
    id: "credentials",
    aspects: ["secret", "certificate"],
    tried: (name) => `the secrets and certificates of ${name}`,
    one: "credential",
    many: "credentials",
  },
  { id: "ownership", aspects: ["owner"], tried: (name) => `the owners of ${name}`, one: "owner", many: "owners" },
  {
    id: "trusts",
    aspects: ["trust"],
    tried: (name) => `the outside identities that may sign in as ${name}`,
    one: "identity",
    many: "identities",
  },
  {
    id: "redirects",
    aspects: ["web redirect URI", "single-page redirect URI", "public client redirect URI", "reply address"],
    tried: (name) => `the redirect URIs of ${name}, of every platform`,
    one: "redirect URI",
    many: "redirect URIs",
  },
  {
    id: "settings",
    aspects: ["setting", "tag", "token claim", "add-in"],
    tried: (name) => `who may sign in to ${name}, and how`,
    one: "setting",
    many: "settings",
  },
  {
    id: "offers",
    aspects: [
      ...(["identifier URI", "app role", "exposed permission", "pre-authorized application"] as const),
      ...(["known client application", "managing application"] as const),
    ],
    tried: (name) => `what ${name} offers to other applications, and which of them manage it`,
    one: "thing",
    many: "things",
  },
  {
    id: "roles",
    aspects: ["directory role", "role-assignable group"],
    tried: (name) => `the roles of Entra that ${name} has, by itself and by its groups`,
    one: "role",
    many: "roles",
  },
  {
    id: "requests",
    aspects: ["requested permission"],
    tried: (name) => `the permissions that ${name} asks for`,
    one: "permission",
    many: "permissions",
  },
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
    ...compared.map((each): Check => ({
      id: `${each.id}/${name}`,
      tried: `${each.tried(displayName)}, beside what is declared`,
      run: async (signal) => aspectVerdict(access, registration, each, await live(signal), now),
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
        return permissionsVerdict(
          registration,
          granted,
          surplus.flatMap(({ undo }) => undo ?? []),
        );
      },
    },
    ...(access.outputs.vault || access.outputs.vendorVault
      ? [
          {
            id: `azure-roles/${name}`,
            tried: `the roles of Azure that ${displayName} has where the vaults are, beside what is declared`,
            run: (signal: AbortSignal) => rolesVerdict(access, registration, signal),
          },
        ]
      : []),
    {
      id: `owners/${name}`,
      tried: `who owns ${displayName}`,
      run: async (signal) => ownersVerdict(registration, await live(signal)),
    },
    ...(audience === "multipleTenants"
      ? [
          {
            id: `lock/${name}`,
            tried: `whether other tenants can give ${displayName} a credential there`,
            run: async (signal: AbortSignal) =>
              lockVerdict(registration, await live(signal), access.outputs.tenant.cloud),
          },
        ]
      : []),
  ];
}

async function rolesVerdict(access: Access, registration: Registration, signal: AbortSignal): Promise<Verdict> {
  const { outputs } = access;
  if (vaultGroups(outputs).length === 0) throw new NotChecked(sentence(NO_VAULT_ID));
  const facts = await access.readAzure(
    (arm) => liveRoleFacts(outputs, registration, arm, signal),
    sentence(noReader(outputs)),
  );
  const differences = compareFacts(declaredRoleFacts(outputs, registration), facts);
  if (differences.length > 0) {
    return failed(differences.flatMap((each) => tellDifference(each, registration, outputs.mark)));
  }
  return ok(facts.length === 0 ? "None, as declared." : `${counted(facts.length, "role", "roles")}, as declared.`);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
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

function aspectVerdict(
  { outputs }: Access,
  registration: Registration,
  { aspects: wanted, one, many }: Compared,
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
  const facts = liveFacts(outputs, registration, live).filter(({ aspect }) => wanted.includes(aspect));
  // An owner of the application and of the service principal is one owner.
  const count = new Set(facts.map(({ aspect, id }) => `${aspect} ${id}`)).size;
  return ok(count === 0 ? "None, as declared." : `${counted(count, one, many)}, as declared.`);
}

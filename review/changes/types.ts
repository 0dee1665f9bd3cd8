/**
 * What a review tells. It is printed as JSON as it is: another meaning of a field is another version.
 *
 * @packageDocumentation
 */
import type { CredentialCondition } from "../../components/credentials/status.ts";
import type { ConsentMode } from "../../contract/outputs.ts";
import type { PermissionKind, Tier } from "../../contract/permissions/index.ts";
import type { Excused, Finding, Relaxed } from "../../contract/rules/index.ts";
import type { OutputDifference } from "../outputs/difference.ts";
import type { PolicyChange } from "../policy.ts";

export const REVIEW_VERSION = 2;

export interface Review {
  readonly version: typeof REVIEW_VERSION;
  readonly stack: string;
  /** The UTC day that it is true for. */
  readonly today: string;
  /** Secrets that fall due in so many days are told. */
  readonly withinDays: number;
  /** Nothing was deployed before. */
  readonly firstDeployment: boolean;
  /** A mandatory rule refuses the settings: what they would change is not known, and nothing below tells it. */
  readonly refused: boolean;
  /** By whom and from what, where that is known. */
  readonly origin: Origin;
  /** Where the rules are from: a file of the base branch. Undefined: the settings under review, whoever wrote them. */
  readonly rulesFrom?: string;
  /** What needs the approver's eye, most urgent first. */
  readonly attention: readonly Attention[];
  readonly findings: readonly Finding[];
  /** What rules would find, and may be there all the same. */
  readonly excused: readonly Excused[];
  /** Rules that are less strict than by default. */
  readonly relaxed: readonly Relaxed[];
  /** What the settings under review would make of the rules, where they are from elsewhere. */
  readonly policyChanges: readonly PolicyChange[];
  /** Files that the pull request changes beside the settings, as far as somebody told: nothing of them is judged. */
  readonly otherFiles: readonly string[];
  /** What the outputs will tell otherwise: the syncs and the vendors' forms live on them. */
  readonly outputs: readonly OutputDifference[];
  /** Who becomes an administrator of the people who run what the stack declares. */
  readonly administrators: readonly Somebody[];
  readonly registrations: readonly RegistrationChange[];
  readonly secrets: readonly SecretChange[];
  /** Not renewed by this deployment, and due soon or overdue. */
  readonly due: readonly DueCredential[];
  readonly vaultSecrets: readonly VaultSecretChange[];
  /** Keys and tokens that people brought along, and that will be others. */
  readonly otherKeys: readonly OtherKey[];
  readonly roleAssignments: readonly RoleAssignmentChange[];
  /** Where somebody has to consent in a browser because of this deployment. */
  readonly consentLinks: readonly ConsentLink[];
  readonly destroyed: readonly Destruction[];
  /** Resources that the engine will not refuse to delete any more. */
  readonly unprotected: readonly ResourceName[];
  /** Changes that nothing above tells. */
  readonly others: readonly ResourceChange[];
  /** Every change of the engine, those above among them, and those of components. */
  readonly changes: readonly ResourceChange[];
  /** How many the engine tells of. */
  readonly count: number;
}

/** What ran the review, as its surroundings say; nothing of it is proven. */
export interface Origin {
  /** Of the settings: a commit's hash. */
  readonly commit?: string;
  /** `Contoso/integrations#12`, a branch. */
  readonly source?: string;
  /** Who asked for it. */
  readonly by?: string;
  /** Address of the run. */
  readonly run?: string;
  /** Client id that the preview was made as. */
  readonly identity?: string;
}

/** `danger`: think before it is approved; `notice`: know it. */
export interface Attention {
  readonly level: "danger" | "notice";
  readonly text: string;
}

export interface Difference<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

export interface RegistrationChange {
  /** `principal`: made elsewhere, and given rights here. */
  readonly kind: "registration" | "managed identity" | "principal";
  /** In the stack: `sync`. */
  readonly name: string;
  /** In Entra, after the deployment. */
  readonly displayName: string;
  readonly change: "created" | "deleted" | "replaced" | "changed";
  /** Its display name before, where it gets another one. */
  readonly renamedFrom?: string;
  /** Who can sign in, as Graph says it: `AzureADMyOrg`. Only where it changes. */
  readonly audience?: { readonly before?: string; readonly after: string };
  /** Who grants what it asks for. Unknown of a registration that goes. */
  readonly consentMode?: ConsentMode;
  /** What it asks for. */
  readonly permissions: Difference<Permission>;
  /** What is granted to it, and taken away. */
  readonly consent: Difference<Permission>;
  readonly redirectUris: Difference<string>;
  /** Hosts that people were not sent to before. Names that are not ASCII are in punycode. */
  readonly newHosts: readonly string[];
  readonly owners: Difference<Owner>;
  /** Outside identities that can sign in as it without a secret. */
  readonly trusts: Difference<Trust>;
}

export interface Permission {
  readonly kind: PermissionKind;
  /** Undefined: an id that tenantwire's table of Microsoft Graph does not have. */
  readonly name?: string;
  /** Undefined where the preview says the name alone. */
  readonly id?: string;
  /** In plain words; completes "it can ...". */
  readonly allows: string;
  readonly tier: Tier | "not classified";
  /** Why that tier. */
  readonly reason: string;
  readonly write: boolean;
  readonly mailbox: boolean;
}

export interface Trust {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  /** Whom the subject stands for, where that is more than one job or machine. */
  readonly breadth?: string;
}

/** Somebody of the directory. */
export interface Somebody {
  /** Object id. */
  readonly id: string;
  /** Undefined: nobody looked it up. */
  readonly person?: Person;
}

/** Who owns a registration can give it a secret and sign in as it. */
export interface Owner extends Somebody {
  /** Owned something of this stack before. */
  readonly known: boolean;
}

/** What the directory says of an object id. */
export interface Person {
  /** Undefined: the directory has no such object. */
  readonly displayName?: string;
  /** User principal name of a person. */
  readonly address?: string;
  /** Invited from another tenant. */
  readonly guest: boolean;
  /** Cannot sign in. */
  readonly disabled: boolean;
}

/** A password or a certificate of a registration; never its value. */
export interface SecretChange {
  readonly kind: "secret" | "certificate";
  /** Of the registration in the stack, and its display name. */
  readonly registration: string;
  readonly displayName: string;
  readonly change: "first" | "renewed" | "revoked";
  /** UTC day and instant; of a revoked one its own. */
  readonly made?: string;
  readonly ends?: string;
  /** A person has to enter it into a vendor's form afterwards. */
  readonly toPaste: boolean;
  /** The one in use ends now: copies of it stop working. */
  readonly endsCurrent: boolean;
}

export interface DueCredential {
  readonly name: string;
  readonly state: CredentialCondition;
  /** The UTC day from which a deployment renews it, or on which a given key expires. */
  readonly due?: string;
  readonly advice: string;
}

export interface VaultSecretChange {
  readonly name: string;
  readonly change: "created" | "new version" | "deleted" | "replaced";
}

export interface OtherKey {
  readonly name: string;
  readonly product: string;
  readonly keyName: string;
}

export interface RoleAssignmentChange {
  readonly change: "added" | "removed" | "replaced";
  /** Name of the role, or the id of one that tenantwire does not know. */
  readonly role: string;
  readonly principal: string;
  readonly scope: string;
  /** It only reads; of a secret that may be enough. */
  readonly reads: boolean;
  /** Holds only where this is true, in Azure's language of conditions. */
  readonly condition?: string;
}

export interface ConsentLink {
  readonly who: string;
  readonly purpose: string;
  /** Undefined: the outputs have it after the deployment. */
  readonly link?: string;
}

export interface ResourceName {
  readonly type: string;
  readonly name: string;
}

export interface Destruction {
  readonly change: "deleted" | "replaced";
  readonly type: string;
  readonly name: string;
  /** Properties that cannot be changed in place, of a replacement. */
  readonly because: readonly string[];
}

/** A resource that changes. */
export interface ResourceChange {
  /** In the engine's words: `create`, `update`, `delete`, `replace`. */
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  /** What changes of it, of an update or a replacement. */
  readonly properties: readonly PropertyChange[];
}

/** Never of a secret: then there is the name alone, as where the provider says that something changes and not what. */
export interface PropertyChange {
  /** Path of it, such as `properties.enablePurgeProtection`. */
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

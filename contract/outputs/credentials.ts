/** Credentials of a deployed stack, without a secret. @packageDocumentation */
import { z } from "zod";

const guid = z.guid();
const day = z.iso.date();
const instant = z.iso.datetime();

/** One of the two passwords or certificates of a rotated credential, as the tenant has it. */
export const CredentialSlot = z.strictObject({
  /** The UTC day it was made on. */
  key: day,
  /** The instant it expires. */
  end: instant,
  /** Counts the renewals of the credential. Slots of stacks that were deployed before there were any have none. */
  generation: z.int().positive().optional(),
  /** What Entra knows it by; absent from outputs of an earlier version. */
  keyId: guid.optional(),
  /** Of a certificate: SHA-1 in upper-case hex, as Entra shows it. */
  thumbprint: z.string().optional(),
});
export type CredentialSlot = z.infer<typeof CredentialSlot>;

/** Where a rotated credential stands: what `next` reads as `previous` at the following deployment. */
export const CredentialState = z.strictObject({
  /** The one that the vault holds. */
  current: z.enum(["a", "b"]),
  /** The UTC day until which readers may have got another one than `current`. Default: the day `current` was made on. */
  since: day.optional(),
  a: CredentialSlot.optional(),
  b: CredentialSlot.optional(),
});
export type CredentialState = z.infer<typeof CredentialState>;

/** The vault that it is in; absent: the one that the syncs read. */
const KeptIn = z.literal("vendors").optional();

/**
 * A credential of a registration that is renewed, without what is secret of it: its vault secret is named without a
 * version. It holds a password, or the private key of a certificate with the certificate, both in PEM.
 */
export const SecretCredential = z.strictObject({
  name: z.string(),
  /** Absent: a password. */
  kind: z.literal("certificate").optional(),
  /** Client id of the registration that it belongs to. */
  clientId: guid,
  vaultSecret: z.string(),
  vault: KeptIn,
  state: CredentialState,
  /** `vault`: readers take the newest from there. `pasted`: a person pastes it into the vendor's form. */
  delivery: z.enum(["vault", "pasted"]).default("vault"),
  /** Key of the slot that was pasted last. */
  acknowledged: day.optional(),
  /** By which it is renewed, in whole days; see `next`. */
  policy: z
    .strictObject({ period: z.int(), overlap: z.int(), lateness: z.int() })
    .default({ period: 90, overlap: 30, lateness: 30 }),
  /** What the settings say of single days: see their `rotateOn`, `revokeBefore` and `retired`. */
  orders: z
    .strictObject({ rotateOn: day.optional(), revokeBefore: day.optional(), retired: day.optional() })
    .optional(),
  /** Where it is used: the sync, or the name of a vendor's form. */
  usedBy: z.string().default("the syncs"),
});
export type SecretCredential = z.infer<typeof SecretCredential>;

/** An outside identity that is trusted instead of a secret (workload identity federation). */
export const FederatedCredential = z.strictObject({
  name: z.string(),
  clientId: guid,
  issuer: z.url(),
  subject: z.string(),
  audience: z.string(),
});
export type FederatedCredential = z.infer<typeof FederatedCredential>;

/** A key or token that a product issued and a person brought along; in the vault. */
export const GivenCredential = z.strictObject({
  name: z.string(),
  /** What issued it: `OnePlan`, `ONES`, `Azure DevOps`. */
  product: z.string(),
  /** What it is called there. */
  keyName: z.string(),
  vaultSecret: z.string(),
  vault: KeptIn,
  /** The day on which the product lets it expire, as the settings say; the product is not asked. */
  expires: day.optional(),
});
export type GivenCredential = z.infer<typeof GivenCredential>;

/** A secret or certificate of a registration that somebody made by hand, and that is kept until it ends or is retired. */
export const AdoptedCredential = z.strictObject({
  /** Of the registration in this stack. */
  registration: z.string(),
  clientId: guid,
  kind: z.enum(["secret", "certificate"]),
  /** What Entra knows it by. Its value nobody knows. */
  keyId: guid,
  /** When Entra lets it end. */
  end: instant,
  thumbprint: z.string().optional(),
  /** Since when it is declared. */
  since: day.optional(),
  /** Who uses it, for what: as written. */
  note: z.string(),
});
export type AdoptedCredential = z.infer<typeof AdoptedCredential>;

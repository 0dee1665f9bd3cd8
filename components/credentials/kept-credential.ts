import * as pulumi from "@pulumi/pulumi";
import type { CredentialSlot, SecretCredential as SecretCredentialOutput } from "../../contract/outputs.ts";
import type { AppRegistration } from "../app-registration/index.ts";
import { SettingsError } from "../../contract/errors.ts";
import { type Vault, VaultSecret } from "../vault/index.ts";
import { recordedState } from "./deployed-slots.ts";
import type { Next } from "./next.ts";

/** What is the same of passwords and certificates. */
export interface RotatedCredentialArgs {
  readonly registration: AppRegistration;
  /** Mark of the stack, kept in the names of what is made. */
  readonly mark: pulumi.Input<string>;
  /** What the deployment does with the two slots. Plain: it says which resources there are. */
  readonly plan: Next;
  /** Where the current one is kept; a renewal is a new version of the same vault secret. */
  readonly vault: Vault;
  /** Name of the credential in the stack's outputs; the vault secret's begins with it. */
  readonly credential: string;
  /** Told in the outputs, for those who watch it: by what it is renewed, how it gets to whom. */
  readonly output: Pick<
    SecretCredentialOutput,
    "kind" | "delivery" | "acknowledged" | "policy" | "orders" | "usedBy" | "vault"
  >;
}

/** One of the two. */
export interface Slot {
  /** As it really is; undefined: an update that leaves things out did not make it. */
  readonly recorded: pulumi.Output<CredentialSlot | undefined>;
  /** What the vault gets of it. */
  readonly value: pulumi.Output<string>;
}

/** @throws SettingsError when the plan has no current slot, which no deployment leaves behind */
export function checkPlan(name: string, { state }: Next): void {
  if (state[state.current]) return;
  throw new SettingsError(`${name}: slot ${state.current} is said to be current, but there is none.`);
}

export interface Keeping {
  readonly parent: pulumi.Resource;
  /** Name of the vault secret in the program. */
  readonly child: string;
  readonly slots: { readonly a: Slot | undefined; readonly b: Slot | undefined };
  /** The vault secret stays as it is where it is there: what it holds cannot be told again. */
  readonly stays: boolean;
}

/** Puts the newest of two slots into the vault, and tells what is true of them afterwards. */
export function keepNewest(
  args: RotatedCredentialArgs,
  { parent, child, slots: { a, b }, stays }: Keeping,
): pulumi.Output<SecretCredentialOutput> {
  const { plan } = args;
  const slots = pulumi.all([a?.recorded, b?.recorded]).apply(([slotA, slotB]) => ({ a: slotA, b: slotB }));
  const newest = slots.apply((made) => recordedState(plan, made));
  const secret = new VaultSecret(
    child,
    {
      vault: args.vault,
      mark: args.mark,
      namePrefix: args.credential,
      value: pulumi
        .all([newest, a?.value, b?.value])
        .apply(([{ current: slot }, valueA, valueB]) => (slot === "a" ? valueA : valueB) ?? ""),
      generation: newest.apply((state) => state[state.current]?.generation),
      expires: newest.apply((state) => state[state.current]?.end),
      stays,
    },
    { parent },
  );
  return pulumi
    .all([args.registration.clientId, slots, secret.secretName, secret.generation])
    .apply(([clientId, made, vaultSecret, generation]): SecretCredentialOutput => ({
      ...args.output,
      name: args.credential,
      clientId,
      vaultSecret,
      state: recordedState(plan, made, generation),
    }));
}

/**
 * `tenantwire credentials adopt` and `retire`: what was made by hand is tracked by what Entra tells of it, and what
 * nobody uses any more is taken away before its time.
 *
 * @packageDocumentation
 */
import { dayOf } from "../contract/days.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { didYouMean } from "../contract/nearest.ts";
import type { AdoptedCredential, Outputs, Registration, SecretCredential } from "../contract/outputs.ts";
import { listed } from "../contract/words.ts";
import { removeCredential } from "../doctor/connectors/commands.ts";
import { removeSecret } from "../doctor/connectors/removals.ts";
import { thumbprintOf } from "../doctor/live/live-facts.ts";
import { RegistrationReader } from "../doctor/connectors/registrations.ts";
import { stillInUse, stillInUseByHand } from "../doctor/live/sign-ins.ts";
import { lastSignIns, type SignIns } from "../doctor/connectors/sign-ins.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient, type GraphEditor } from "../sync/connectors/graph/index.ts";
import { today } from "../components/today.ts";
import { declaredStack } from "./engine.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import { runPulumi, setSettings } from "./pulumi.ts";
import { command } from "../contract/this-stack.ts";

export interface OrderOptions {
  readonly stack?: string;
}

export interface AdoptCredentialOptions extends OrderOptions {
  readonly note?: string;
}

export interface RetireOptions extends OrderOptions {
  /** Somebody's word, where nothing shows it. */
  readonly unused?: boolean;
}

const LIST = "tenantwire:adoptedCredentials";

/** Writes what Entra tells of it into the settings: declared, tracked, and told when it ends. */
export async function adoptCredential(
  name: string,
  keyId: string,
  { stack: asked, note }: AdoptCredentialOptions,
): Promise<void> {
  const stack = stackOf(asked);
  if (note === undefined || note.trim() === "") {
    throw new SettingsError("Who uses it, and for what? Say it: --note <text>. Nobody can see that in Entra.");
  }
  const outputs = await loadOutputs({ stack });
  const registration = outputs.registrations.find((each) => each.name === name);
  if (registration === undefined) {
    const names = outputs.registrations.map((each) => each.name);
    throw new SettingsError(
      `${outputs.mark} has no registration "${name}": ${didYouMean(name, names) ?? `there is ${names.join(", ")}.`}`,
    );
  }
  const { settings } = await declaredStack(stack);
  const live = await new RegistrationReader(clientOf(outputs)).read(registration, interruption());
  const wanted = keyId.toLowerCase();
  const isIt = (each: { readonly keyId: string }) => each.keyId.toLowerCase() === wanted;
  const secret = live?.application.passwordCredentials.find(isIt);
  const certificate = live?.application.keyCredentials.find(isIt);
  const ends = (secret ?? certificate)?.endDateTime;
  if (!ends) {
    throw new TenantwireError(`${registration.displayName} has no secret or certificate with the key id ${keyId}.`);
  }
  const isKnown =
    settings.adoptedCredentials.some(isIt) ||
    slotsOf(outputs, registration).some((slot) => slot.keyId?.toLowerCase() === wanted);
  if (isKnown) throw new TenantwireError(`${keyId} is declared already.`);

  const thumbprint = certificate && thumbprintOf(certificate);
  const entry = {
    registration: name,
    kind: secret ? "secret" : "certificate",
    keyId: wanted,
    ends: dayOf(new Date(ends).toISOString()),
    since: await today(),
    ...(thumbprint && { thumbprint }),
    note,
  };
  const place = `${LIST}[${settings.adoptedCredentials.length}]`;
  const written = Object.entries(entry).map(([property, value]) => [`${place}.${property}`, value] as const);
  await setSettings(new Map(written), stack);
  process.stdout.write(
    `${place} declares it now, in the settings of the stack: commit them, and deploy (pulumi up) so that it counts. ` +
      `Once nobody uses it: ${command("credentials retire", wanted)}\n`,
  );
}

/**
 * Takes away what nobody uses any more: of a secret that is renewed the slot before the current one, with the next
 * deployment; of one that was made by hand itself, now.
 *
 * @param name of a credential, or the key id of an adopted one
 */
export async function retire(name: string, { stack: asked, unused = false }: RetireOptions): Promise<void> {
  const stack = stackOf(asked);
  const outputs = await loadOutputs({ stack });
  const { secrets, adopted = [] } = outputs.credentials;
  const renewed = secrets.find((each) => each.name === name);
  const byHand = adopted.find(({ keyId }) => keyId.toLowerCase() === name.toLowerCase());
  if (renewed) return retireSlot(renewed, outputs, stack, unused);
  if (byHand) return retireAdopted(byHand, outputs, stack, unused);
  const names = [...secrets.map((each) => each.name), ...adopted.map(({ keyId }) => keyId)];
  throw new SettingsError(
    `${outputs.mark} has no secret or certificate "${name}": ${didYouMean(name, names) ?? `there is ${names.join(", ") || "none"}.`}`,
  );
}

async function retireSlot(
  { name, kind, clientId, state, delivery, acknowledged }: SecretCredential,
  outputs: Outputs,
  stack: string,
  unused: boolean,
): Promise<void> {
  const current = state[state.current];
  const before = state[state.current === "a" ? "b" : "a"];
  const registration = outputs.registrations.find((each) => each.clientId === clientId);
  if (!before || !current || !registration) {
    throw new SettingsError(`There is no other "${name}" than the current one: nothing is to be retired.`);
  }
  if (delivery === "pasted" && acknowledged === before.key) {
    throw new SettingsError(
      `The one made on ${before.key} is in the vendor's form: enter the newest one there and acknowledge it first (${command("credentials ack", name)}).`,
    );
  }
  const retiring =
    before.keyId && current.keyId
      ? { keyId: before.keyId, current: { keyId: current.keyId, key: current.key } }
      : undefined;
  const shown = await proven(retiring && ((signIns) => stillInUse(retiring, signIns)), clientId, outputs, unused);
  const setting = `tenantwire:${registration.setting}.${kind ?? "secret"}.retired`;
  await setSettings(new Map([[setting, before.key]]), stack);
  process.stdout.write(
    `${shown} ${setting} is ${before.key} now, in the settings of the stack: commit them, and deploy (pulumi up), which takes it away.\n`,
  );
}

async function retireAdopted(
  { clientId, kind, keyId, registration, since }: AdoptedCredential,
  outputs: Outputs,
  stack: string,
  unused: boolean,
): Promise<void> {
  const { settings } = await declaredStack(stack);
  const day = await today();
  const shown = await proven((signIns) => stillInUseByHand({ keyId, since }, signIns, day), clientId, outputs, unused);
  const index = settings.adoptedCredentials.findIndex((each) => each.keyId === keyId.toLowerCase());
  const objectId = outputs.registrations.find((each) => each.name === registration)?.objectId;
  if (kind === "secret" && objectId !== undefined) {
    await removeSecret(clientOf(outputs), objectId, keyId, interruption());
  }
  if (index >= 0) await runPulumi(["config", "rm", "--path", `${LIST}[${index}]`, "--stack", stack]);
  const left = index < 0 ? [] : ["the settings of the stack: commit them, and deploy (pulumi up)"];
  const gone = [...(kind === "secret" ? ["Entra"] : []), ...left];
  process.stdout.write(`${[shown, ...(gone.length > 0 ? [`It is gone from ${listed(gone)}.`] : [])].join(" ")}\n`);
  // Graph takes certificates away with a proof of the key, or with the whole list.
  if (kind === "certificate") {
    process.stdout.write(`Take it away in Entra: ${removeCredential("app", clientId, keyId, true)}\n`);
  }
}

/** @returns what shows it, as a sentence. @throws TenantwireError when nothing does, and nobody says so */
async function proven(
  usedBy: ((signIns: SignIns) => string | undefined) | undefined,
  clientId: string,
  outputs: Outputs,
  unused: boolean,
): Promise<string> {
  if (unused) return "On your word.";
  const word = "If you know that nobody uses it: --unused.";
  if (usedBy === undefined) {
    throw new TenantwireError(`The outputs do not tell its key id yet: deploy once (pulumi up). ${word}`);
  }
  const signIns = await lastSignIns(clientOf(outputs), outputs.tenant, clientId, interruption());
  if (signIns === undefined) {
    throw new TenantwireError(
      `Nothing shows here whether somebody still uses it: the report of sign-ins is there in the global cloud alone, for who has AuditLog.Read.All. ${word}`,
    );
  }
  const use = usedBy(signIns);
  if (use !== undefined) throw new TenantwireError(`${use} ${word}`);
  return "Entra has seen no sign-in with it that counts.";
}

function slotsOf({ credentials }: Outputs, { clientId }: Registration) {
  const own = credentials.secrets.filter((secret) => secret.clientId === clientId);
  return own.flatMap(({ state }) => [state.a, state.b].filter((slot) => slot !== undefined));
}

function clientOf({ tenant }: Outputs): GraphEditor {
  const credential = deployerCredential(tenant, process.env, "look at credentials");
  return createGraphClient({ credential, cloud: tenant.cloud });
}

function stackOf(stack: string | undefined): string {
  if (stack === undefined) throw new SettingsError("Whose settings? Name the stack (-s <stack>).");
  return stack;
}

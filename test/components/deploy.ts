/**
 * Runs declarations against Pulumi's mocks: no engine, no provider. What was declared is given back with its options.
 *
 * Modules that make resources must be imported after `mockPulumi` was called.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Inputs as the engine would get them; what holds a secret is wrapped as `marked` does. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources that it refers to by its options. */
  readonly parent: string | undefined;
  readonly dependsOn: readonly string[];
  readonly deletedWith: string | undefined;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly protect: boolean;
}

export interface MockedTenant {
  /** Answers to look-ups, by token; what depends on the question is a function of it. */
  readonly calls: Readonly<Record<string, unknown>>;
  /** Outputs of the stack's last deployment. */
  readonly previous: Readonly<Record<string, unknown>>;
}

/** What a deployed password is worth; may be in no output. */
export const PASSWORD = "Xy18Q~password-of-the-mocks";

const tenant: { now: MockedTenant } = { now: { calls: {}, previous: {} } };
let inputsOf = new Map<string, Record<string, unknown>>();
let looked: string[] = [];

export async function mockPulumi(): Promise<void> {
  withoutDebugging();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        const given = inputs as Record<string, unknown>;
        inputsOf.set(name, given);
        if (type === "pulumi:pulumi:StackReference") {
          const { previous } = tenant.now;
          const secretOutputNames = Object.keys(previous).filter((output) => isMarked(previous[output]));
          return { id, state: { ...given, outputs: previous, secretOutputNames } };
        }
        return madeOf(type, name, given);
      },
      call({ token, inputs }) {
        looked.push(token);
        const known = tenant.now.calls[token];
        const answer = typeof known === "function" ? (known as (asked: unknown) => unknown)(inputs) : known;
        // As gRPC hands errors on: `details` is what people get to see.
        if (answer === undefined) throw Object.assign(new Error(), { details: `Nothing is known of ${token}.` });
        return answer as Record<string, unknown>;
      },
    },
    "tenantwire",
    "contoso",
    false,
    "organization",
  );
}

/**
 * What the SDK keeps for its own debugging, and nobody reads here: a stack for each promise, and each answer of a
 * look-up as text. Two fifths of what a program under the mocks takes.
 */
function withoutDebugging(): void {
  const require = createRequire(import.meta.url);
  const debuggable = require("@pulumi/pulumi/runtime/debuggable") as Record<string, unknown>;
  debuggable["debuggablePromise"] = <T>(promise: Promise<T>) => promise;
  const { Message } = require("google-protobuf") as { Message: { prototype: object } };
  Object.assign(Message.prototype, { toString: () => "(a message)" });
}

export interface Deployed<T> {
  /** What the program gave back; nothing in it when it failed. */
  readonly outputs: T;
  readonly failure?: Error;
  readonly resources: readonly Declared[];
  /** Tokens of the look-ups that were made. */
  readonly looked: readonly string[];
  /** What the engine would have shown as warnings. */
  readonly warnings: readonly string[];
}

/** Runs `program` as a stack and waits for all that it declared. */
export async function deploy<T extends object>(
  program: () => T | Promise<T>,
  mocked: Partial<MockedTenant> = {},
): Promise<Deployed<pulumi.Unwrap<T>>> {
  tenant.now = { calls: {}, previous: {}, ...mocked };
  inputsOf = new Map();
  looked = [];
  const names = new Map<pulumi.Resource, string>();
  const options: pulumi.ResourceTransformationArgs[] = [];
  let outputs = {} as pulumi.Unwrap<T>;
  let failure: Error | undefined;
  const warnings: string[] = [];
  // Without an engine Pulumi's own log goes to the console.
  const { warn } = console;
  console.warn = (text: string) => void warnings.push(text.replace(/^warning: \[runtime\] /, ""));
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation((args) => {
      names.set(args.resource, args.name);
      options.push(args);
      return undefined;
    });
    try {
      outputs = await resolved(await program());
      // Outputs need not wait for every resource.
      await Promise.all([...names.keys()].map(({ urn }) => resolved(urn)));
    } catch (error) {
      failure = error as Error;
    }
    return {};
  });
  console.warn = warn;
  const nameOf = (resource: unknown) => names.get(resource as pulumi.Resource) ?? "?";
  const resources = options.map(({ type, name, opts }): Declared => {
    const custom = opts as pulumi.CustomResourceOptions;
    return {
      type,
      name,
      inputs: inputsOf.get(name) ?? {},
      parent: opts.parent && names.has(opts.parent) ? nameOf(opts.parent) : undefined,
      dependsOn: (Array.isArray(opts.dependsOn) ? opts.dependsOn : []).map(nameOf),
      deletedWith: custom.deletedWith && nameOf(custom.deletedWith),
      ignoreChanges: opts.ignoreChanges ?? [],
      deleteBeforeReplace: custom.deleteBeforeReplace ?? false,
      protect: opts.protect ?? false,
    };
  });
  return { outputs, resources, looked, warnings, ...(failure && { failure }) };
}

/** The plain value of what may hold outputs, and not before everything in it is there. */
export async function resolved<T>(value: T): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => void pulumi.output(value).apply((plain) => resolve(plain)));
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** A value that is marked as secret, as the engine gets it. */
export function marked(value: unknown): unknown {
  return { [SECRET_MARK]: "1b47061264138c4ac30d75fd1eb44270", value };
}

function isMarked(value: unknown): boolean {
  return typeof value === "object" && value !== null && SECRET_MARK in value;
}

/** A GUID that follows from a name. */
export function guidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function madeOf(type: string, name: string, inputs: Record<string, unknown>): pulumi.runtime.MockResourceResult {
  const guid = guidOf(name);
  switch (type) {
    case "azuread:index/applicationRegistration:ApplicationRegistration":
      return { id: `/applications/${guid}`, state: { ...inputs, clientId: guidOf(`${name} client`), objectId: guid } };
    case "azuread:index/servicePrincipal:ServicePrincipal":
      return { id: `/servicePrincipals/${guid}`, state: { ...inputs, objectId: guid } };
    case "azuread:index/applicationPassword:ApplicationPassword":
      return { id: `${guid}/password/${guid}`, state: { ...inputs, keyId: guid, value: `${PASSWORD} of ${name}` } };
    case "azure-native:resources:ResourceGroup":
      return { id: resourceId(""), state: { ...inputs, name: inputs["resourceGroupName"] } };
    case "azure-native:keyvault:Vault": {
      // The engine appends eight characters of its own to a resource's name where no name is given.
      const vaultName = (inputs["vaultName"] as string | undefined) ?? `${name}00c0ffee`;
      const properties = { ...(inputs["properties"] as object), vaultUri: `https://${vaultName}.vault.azure.net/` };
      const id = resourceId(`/providers/Microsoft.KeyVault/vaults/${vaultName}`);
      return { id, state: { ...inputs, name: vaultName, properties } };
    }
    case "azure-native:keyvault:Key": {
      const keyName = String(inputs["keyName"]);
      const id = resourceId(`/providers/Microsoft.KeyVault/vaults/${String(inputs["vaultName"])}/keys/${keyName}`);
      const uri = `https://${String(inputs["vaultName"])}.vault.azure.net/keys/${keyName}`;
      return { id, state: { ...inputs, name: keyName, keyUri: uri, keyUriWithVersion: `${uri}/0123456789abcdef` } };
    }
    case "azure-native:storage:StorageAccount": {
      const blob = `https://${name}00c0ffee.blob.core.windows.net/`;
      const id = resourceId(`/providers/Microsoft.Storage/storageAccounts/${name}00c0ffee`);
      return { id, state: { ...inputs, name: `${name}00c0ffee`, primaryEndpoints: { blob } } };
    }
    case "azure-native:storage:BlobContainer": {
      const account = `/providers/Microsoft.Storage/storageAccounts/${String(inputs["accountName"])}`;
      const container = `/blobServices/default/containers/${String(inputs["containerName"])}`;
      return { id: resourceId(account + container), state: inputs };
    }
    case "azure-native:managedidentity:UserAssignedIdentity":
      return {
        id: resourceId(`/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${String(inputs["resourceName"])}`),
        state: { ...inputs, name: inputs["resourceName"], clientId: guidOf(`${name} client`), principalId: guid },
      };
    case "azure-native:keyvault:Secret":
      return { id: guid, state: { name: inputs["secretName"], tags: inputs["tags"], properties: {} } };
    default:
      return { id: guid, state: inputs };
  }
}

function resourceId(rest: string): string {
  return `/subscriptions/${guidOf("subscription")}/resourceGroups/tenantwire-contoso${rest}`;
}

import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { Vault } from "../vault/index.ts";
import { backendUrl, secretsProviderUrl } from "./addresses.ts";
import { KeyDecrypter } from "./key-decrypter.ts";
import { StateAccount } from "./state-account.ts";

export interface StateStorageArgs {
  /** What the names of the vault and the accounts begin with: see `Vault`, and at most 11 characters. */
  readonly namePrefix: string;
  readonly mark: string;
  readonly tenantId: string;
  readonly location: string;
  /** Made along with it: not one that is there already. */
  readonly resourceGroup: string;
  /** Whether the grants of stacks are deployed apart: then their state has an account and a key of its own. */
  readonly grants: boolean;
  /** Nothing of it can be deleted or replaced, and its vault cannot be purged, as long as it is true. */
  readonly protect: boolean;
}

export interface GrantsState {
  readonly account: StateAccount;
  /** Resource id of the key. */
  readonly keyId: pulumi.Output<string>;
  readonly backendUrl: pulumi.Output<string>;
  readonly secretsProvider: pulumi.Output<string>;
}

/** How long a state of Pulumi's that was overwritten or deleted can be brought back. */
const VERSIONS_DAYS = 30;

/**
 * Where Pulumi keeps the stacks, the key that encrypts their secrets, and where the syncs keep what they remember.
 *
 * The syncs have an account of their own: a run writes its blob many times, and each time would be kept as a version,
 * with people's data in it. Versions can only be switched on for a whole account.
 *
 * Least rights of the deployer, on the subscription: Contributor, and User Access Administrator for the role.
 */
export class StateStorage extends Component {
  readonly resourceGroupName: pulumi.Output<string>;
  /** What `PULUMI_BACKEND_URL` is set to. */
  readonly backendUrl: pulumi.Output<string>;
  /** What `pulumi stack init --secrets-provider` is told. */
  readonly secretsProvider: pulumi.Output<string>;
  readonly stacks: StateAccount;
  readonly syncs: StateAccount;
  /** Resource id of the key that encrypts the stacks' secrets. */
  readonly keyId: pulumi.Output<string>;
  /** Of the grants that are deployed apart: where their state is, and the key that encrypts it. */
  readonly grants: GrantsState | undefined;
  /** The role that decrypts with a key, and nothing else. */
  readonly decrypter: pulumi.Output<string>;

  constructor(name: string, args: StateStorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("StateStorage", name, options, ["tenantwire:state-storage:StateStorage"]);

    const { namePrefix, mark, tenantId, location, resourceGroup, protect } = args;
    const vault = new Vault(
      this.child("vault"),
      { namePrefix, mark, tenantId, location, resourceGroup, purgeProtection: protect },
      { parent: this },
    );
    const { resourceGroupName } = vault;
    const makeKey = (child: string, keyName: string) =>
      new keyvault.Key(
        this.child(child),
        {
          resourceGroupName,
          vaultName: vault.vaultName,
          keyName,
          tags: { tenantwire: mark },
          properties: { kty: keyvault.JsonWebKeyType.RSA, keySize: 3072, keyOps: ["encrypt", "decrypt"] },
        },
        { parent: this, protect, ...(vault.vault && { deletedWith: vault.vault }) },
      );
    const key = makeKey("key", "stacks");
    const accountPrefix = namePrefix.toLowerCase().replace(/[^a-z0-9]/g, "");
    const account = { mark, resourceGroupName, location, protect };
    this.stacks = new StateAccount(
      this.child("stacks"),
      { ...account, namePrefix: `${accountPrefix}stack`, container: "pulumi", keepsVersionsDays: VERSIONS_DAYS },
      { parent: this },
    );
    this.syncs = new StateAccount(
      this.child("syncs"),
      { ...account, namePrefix: `${accountPrefix}sync`, container: "sync" },
      { parent: this },
    );
    if (args.grants) {
      const grantsKey = makeKey("grants-key", "grants");
      const container = "pulumi";
      const grants = new StateAccount(
        this.child("grants"),
        { ...account, namePrefix: `${accountPrefix}grant`, container, keepsVersionsDays: VERSIONS_DAYS },
        { parent: this },
      );
      this.grants = {
        account: grants,
        keyId: grantsKey.id,
        backendUrl: grants.blobEndpoint.apply((endpoint) => backendUrl(endpoint, container)),
        secretsProvider: grantsKey.keyUriWithVersion.apply(secretsProviderUrl),
      };
    }
    const scope = vault.vaultId.apply((id) => id.split("/").slice(0, 5).join("/"));
    this.decrypter = new KeyDecrypter(this.child("decrypter"), { mark, scope }, { parent: this }).definitionId;

    this.resourceGroupName = resourceGroupName;
    this.backendUrl = this.stacks.blobEndpoint.apply((endpoint) => backendUrl(endpoint, this.stacks.containerName));
    this.secretsProvider = key.keyUriWithVersion.apply(secretsProviderUrl);
    // What azure-native calls the id of a key is that of Azure Resource Manager (read: pulumi-azure-native).
    this.keyId = key.id;
    this.registerOutputs({ backendUrl: this.backendUrl, secretsProvider: this.secretsProvider });
  }
}

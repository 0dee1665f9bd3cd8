/**
 * Who looks at a tenant: the sync identity, as the syncs would, and whoever is at work here, who may know more.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import { clouds } from "../../contract/clouds.ts";
import { type Outputs, vaultOf } from "../../contract/outputs.ts";
import { tokenClaims, type TokenClaims } from "../../sync/connectors/credentials/claims.ts";
import { deployerCredential } from "../../sync/connectors/credentials/deployer.ts";
import { hasAssertion } from "../../sync/connectors/credentials/federated.ts";
import { syncCredential } from "../../sync/connectors/credentials/index.ts";
import { type ArmClient, createArmClient } from "../../sync/connectors/arm/index.ts";
import { createGraphClient, type GraphClient } from "../../sync/connectors/graph/index.ts";
import { readSecret } from "../../sync/connectors/vault/index.ts";
import { CredentialError, PermissionError } from "../../contract/errors.ts";
import { NotChecked } from "./check.ts";
import { GrantsReader, READ_GRANTS } from "../connectors/grants.ts";

/**
 * Of what a deployed stack lives on, by who may look: `directory` is what Entra knows of its registrations and consents,
 * for who reads the directory; `syncs` is what the syncs sign in with and write to, for the sync identity; `vendors` is
 * what is handed to vendors, for who reads the vault of it.
 */
export const parts = ["directory", "syncs", "vendors"] as const;
export type Part = (typeof parts)[number];

export class Access {
  readonly outputs: Outputs;
  readonly environment: NodeJS.ProcessEnv;
  /** What is looked at; undefined: everything, by whoever can be found here. */
  readonly part: Part | undefined;
  readonly graphScope: string;
  #person: Promise<TokenCredential> | undefined;
  #vaultReaders: Promise<readonly TokenCredential[]> | undefined;
  #client: GraphClient | undefined;
  #grants: GrantsReader | undefined;

  constructor(outputs: Outputs, environment: NodeJS.ProcessEnv, part?: Part) {
    this.outputs = outputs;
    this.environment = environment;
    this.part = part;
    this.graphScope = `https://${clouds[outputs.tenant.cloud].graph}/.default`;
  }

  /** @throws NotChecked where the sync identity cannot be on this machine, CredentialError where it should */
  syncIdentity(): TokenCredential {
    const { syncIdentity } = this.outputs;
    if (syncIdentity === undefined) throw new NotChecked("The stack has no sync identity: nothing of it is synced.");
    if (syncIdentity.signIn.kind === "federated" && !hasAssertion(this.environment)) {
      throw new NotChecked(
        "The sync identity signs in where the syncs run, with a token of that place, and there is none here: run this command there too.",
      );
    }
    return syncCredential(this.outputs, this.environment);
  }

  /** @throws NotChecked where nobody is signed in */
  person(): Promise<TokenCredential> {
    this.#person ??= this.#signIn();
    return this.#person;
  }

  async #signIn(): Promise<TokenCredential> {
    const what = "read what was granted";
    const credential = deployerCredential(this.outputs.tenant, this.environment, what);
    try {
      await credential.getToken(this.graphScope);
      return credential;
    } catch (error) {
      if (error instanceof CredentialError) throw new NotChecked(error.message);
      throw error;
    }
  }

  /** What the token of somebody for Microsoft Graph says. */
  async claims(credential: TokenCredential): Promise<TokenClaims | undefined> {
    return tokenClaims((await credential.getToken(this.graphScope))?.token ?? "");
  }

  /**
   * Reads what was granted, as whoever is at work here: the sync identity may not, by least privilege.
   *
   * @throws NotChecked where nobody is signed in who may
   */
  readGrants<T>(read: (grants: GrantsReader) => Promise<T>): Promise<T> {
    return this.readDirectory((client) => read((this.#grants ??= new GrantsReader(client))));
  }

  /** As {@link readGrants}, for everything else of the directory. */
  async readDirectory<T>(read: (client: GraphClient) => Promise<T>): Promise<T> {
    const credential = await this.person();
    this.#client ??= createGraphClient({ credential, cloud: this.outputs.tenant.cloud });
    try {
      return await read(this.#client);
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      throw new NotChecked(
        `Who is signed in here may not read what was granted: sign in (az login) as somebody with ${READ_GRANTS}.`,
        { cause: error },
      );
    }
  }

  /**
   * Reads what Azure's resource manager tells, as whoever is at work here.
   *
   * @param mend what is said where that one may not
   * @throws NotChecked where nobody is signed in who may
   */
  async readAzure<T>(read: (arm: ArmClient) => Promise<T>, mend: string): Promise<T> {
    const credential = await this.person();
    try {
      return await read(createArmClient(credential, this.outputs.tenant.cloud));
    } catch (error) {
      if (!(error instanceof PermissionError || error instanceof CredentialError)) throw error;
      throw new NotChecked(mend, { cause: error });
    }
  }

  /** Somebody who may read the vault, the sync identity first. */
  async vaultReader(): Promise<TokenCredential> {
    return (await this.#readers())[0] as TokenCredential;
  }

  /**
   * A secret of the vault that it is kept in.
   *
   * @throws NotChecked where nobody is signed in who may read it
   */
  async secret(name: string): Promise<string> {
    const { secrets, given } = this.outputs.credentials;
    const credential = [...secrets, ...given].find(({ vaultSecret }) => vaultSecret === name);
    const vault = vaultOf(this.outputs, credential);
    if (vault === undefined) throw new NotChecked("The stack has no vault.");
    let denied: PermissionError | undefined;
    for (const reader of await this.#readers()) {
      try {
        return await readSecret(vault.uri, name, reader);
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error;
        denied = error;
      }
    }
    throw new NotChecked(
      `Nobody is signed in here who may read vault ${vault.name}: sign in (az login) as somebody with the role "Key Vault Secrets User" there. A new role can take some minutes to work.`,
      { cause: denied },
    );
  }

  /**
   * Somebody of this tenant, the sync identity first. Whoever looks at one part only does not sign in as another.
   *
   * @throws NotChecked where nobody is signed in, CredentialError where the sync identity alone looks and is refused
   */
  async anybody(): Promise<TokenCredential> {
    if (this.part === "directory" || this.part === "vendors") return this.person();
    try {
      const credential = this.syncIdentity();
      await credential.getToken(this.graphScope);
      return credential;
    } catch (error) {
      // That the sync identity does not sign in is a finding of its own.
      if (this.part === "syncs" || !(error instanceof CredentialError || error instanceof NotChecked)) throw error;
      return this.person();
    }
  }

  #lookers(): readonly (() => TokenCredential | Promise<TokenCredential>)[] {
    if (this.part === "vendors") return [() => this.person()];
    return [() => this.syncIdentity(), () => this.person()];
  }

  #readers(): Promise<readonly TokenCredential[]> {
    this.#vaultReaders ??= this.#findReaders();
    return this.#vaultReaders;
  }

  async #findReaders(): Promise<readonly TokenCredential[]> {
    const readers: TokenCredential[] = [];
    let reason: NotChecked | undefined;
    for (const find of this.#lookers()) {
      try {
        const credential = await find();
        await credential.getToken(this.graphScope);
        readers.push(credential);
      } catch (error) {
        // That it does not sign in is a finding of its own.
        if (error instanceof NotChecked) reason = error;
        else if (!(error instanceof CredentialError)) throw error;
      }
    }
    if (readers.length === 0) throw reason ?? new NotChecked("Nobody is signed in here who may read the vault.");
    return readers;
  }
}

/** Where `--state` says that a sync remembers what it did, and who signs in there. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { homedir } from "node:os";
import { join } from "node:path";
import { openState } from "../../cli/state.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { stateCredential } from "../../sync/connectors/credentials/state.ts";
import { ExitCode } from "../../contract/exit-code.ts";

const TENANT = "8a5a1f0a-33a8-4bd3-8d0f-0e2a3f6a1c11";
const outputs: Outputs = {
  version: 1,
  mark: "tenantwire/contoso",
  tenant: { id: TENANT, domain: "contoso.example", cloud: "Microsoft" },
  credentials: { secrets: [], federated: [], given: [] },
  registrations: [],
  consents: [],
  integrations: {},
};
const syncIdentity = (signIn: NonNullable<Outputs["syncIdentity"]>["signIn"]): Outputs => ({
  ...outputs,
  syncIdentity: { clientId: TENANT, principalId: TENANT, permissions: [], signIn },
});

describe("the state is kept", () => {
  it.each([
    ["in the file that is named", "kept/state.sqlite", {}, join(process.cwd(), "kept", "state.sqlite")],
    ["in TENANTWIRE_STATE", undefined, { TENANTWIRE_STATE: "/kept" }, `/kept/${TENANT}-tenantwire-contoso.sqlite`],
    [
      "where this user's programs keep their state",
      undefined,
      { XDG_STATE_HOME: "/state" },
      `/state/tenantwire/${TENANT}-tenantwire-contoso.sqlite`,
    ],
    [
      "under the home folder otherwise",
      undefined,
      {},
      join(homedir(), ".local", "state", "tenantwire", `${TENANT}-tenantwire-contoso.sqlite`),
    ],
    [
      "under the home folder where a variable is set to nothing: it was in whatever folder the command ran",
      undefined,
      { TENANTWIRE_STATE: "", XDG_STATE_HOME: "" },
      join(homedir(), ".local", "state", "tenantwire", `${TENANT}-tenantwire-contoso.sqlite`),
    ],
    [
      "in the blob of TENANTWIRE_STATE, of which a folder called https: was made",
      undefined,
      { TENANTWIRE_STATE: "https://contoso.blob.core.windows.net/sync/contoso" },
      "https://contoso.blob.core.windows.net/sync/contoso",
    ],
    ...[
      "https://contoso.blob.core.windows.net/sync/contoso.sqlite",
      "https://contoso.blob.core.windows.net/sync/a/folder/contoso",
      "https://contoso.blob.core.usgovcloudapi.net/sync/contoso.sqlite",
      "https://contoso.blob.core.chinacloudapi.cn/sync/contoso.sqlite",
      "https://contoso.z12.blob.storage.azure.net/sync/contoso.sqlite",
    ].map((address) => [`in the blob ${address}`, address, {}, address] as const),
  ] as const)("%s", async (_, place, environment, location) => {
    const store = openState(place, outputs, { environment });
    expect(store.location).toBe(location);
    await store.close();
  });

  it.each([
    ["https://contoso.blob.core.windows.net/sync"],
    ["https://contoso.blob.core.windows.net/sync/"],
    ["https://contoso.blob.core.windows.net"],
    ["https://contoso.blob.core.windows.net:8443/sync/contoso.sqlite"],
    ["https://contoso.blob.core.windows.net/sync/contoso.sqlite#x"],
    ["http://contoso.blob.core.windows.net/sync/contoso.sqlite"],
    ["HTTPS://blob.core.windows.net/sync/contoso.sqlite"],
    ["https://contoso.blob.core.windows.net.example.com/sync/contoso.sqlite"],
    ["https://example.com/sync/contoso.sqlite"],
    ["https://"],
  ])("nowhere else: %s shows nobody a token", (place) => {
    expect(() => openState(place, outputs, { environment: {} })).toThrow(
      expect.objectContaining({
        message: `${place} is not the address of a blob: it looks like https://<account>.blob.core.windows.net/<container>/<name>.`,
        exitCode: ExitCode.usage,
      }),
    );
  });

  it("not in a file without a name: what is remembered was thrown away", () => {
    expect(() => openState("", outputs, { environment: {} })).toThrow(
      "--state is empty: it takes a file, or the address of a blob. Where it is given by a variable, that one is not set.",
    );
  });

  it.each([
    "https://contoso.blob.core.windows.net/sync/contoso.sqlite?sv=2024&sig=secret",
    "https://user:secret@contoso.blob.core.windows.net/sync/contoso.sqlite",
  ])("not with a secret in the address, which is not repeated: %s", (place) => {
    expect(() => openState(place, outputs, { environment: {} })).toThrow(
      /^The address of the state in contoso\.blob\.core\.windows\.net carries a signature or a password: leave it out/,
    );
  });
});

describe("the blob is used", () => {
  const before = process.env["AZURE_TOKEN_CREDENTIALS"];

  afterEach(() => {
    if (before === undefined) delete process.env["AZURE_TOKEN_CREDENTIALS"];
    else process.env["AZURE_TOKEN_CREDENTIALS"] = before;
  });

  it.each([
    [
      "by the sync identity with its federated token",
      syncIdentity({ kind: "federated" }),
      { AZURE_FEDERATED_TOKEN_FILE: "nowhere" },
      "AZURE_FEDERATED_TOKEN_FILE names nowhere",
    ],
    [
      "by the sync identity with its secret, which these outputs do not say where to find",
      syncIdentity({ kind: "secret", vaultSecret: "sync" }),
      {},
      "The outputs of tenantwire/contoso name a secret for the sync identity but no vault",
    ],
    [
      "by whoever is signed in where the sync identity has no token",
      syncIdentity({ kind: "federated" }),
      {},
      "Nobody is signed in here who could use the state in Azure: sign in (az login)",
    ],
  ])("%s", async (_, given, environment, said) => {
    // Only what the environment says, which is nobody: no other way is tried.
    process.env["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential";
    const token = async () => stateCredential(given, environment).getToken("https://storage.azure.com/.default");
    await expect(token()).rejects.toThrow(said);
  });
});

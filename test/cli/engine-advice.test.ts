/** What the real engine says where something is missing, and what is added to it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { engineAdvice } from "../../cli/engine-advice.ts";
import { pulumi } from "../../cli/pulumi.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const { binDir } = await ensureEngine();
  folder = mkdtempSync(join(tmpdir(), "tenantwire-advice-"));
  for (const each of ["home", "backend", "stacks"]) mkdirSync(join(folder, each));
  const { PATH, HOME } = process.env;
  env = {
    HOME,
    PATH: [binDir, PATH].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "a",
  };
  writeFileSync(join(folder, "Pulumi.yaml"), "name: advice\nruntime: nodejs\n");
  expect(await pulumi(["stack", "init", "there", "--cwd", folder], { env })).toMatchObject({ succeeded: true });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const without = (name: string) => Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

describe("the engine", () => {
  it.each<[string, readonly string[], () => NodeJS.ProcessEnv, string]>([
    [
      "that nobody is logged in to",
      ["stack", "output", "--stack", "there"],
      () => without("PULUMI_BACKEND_URL"),
      "Nobody is logged in to the backend that keeps the stacks: log in (pulumi login <backend>)",
    ],
    [
      "whose backend is not there",
      ["stack", "output", "--stack", "there"],
      () => ({ ...env, PULUMI_BACKEND_URL: `file://${join(folder, "nowhere")}` }),
      "PULUMI_BACKEND_URL names a place that is not there",
    ],
    [
      "that does not know the stack",
      ["stack", "output", "--stack", "nobody"],
      () => env,
      "pulumi stack ls lists the stacks of the backend",
    ],
    [
      "without the passphrase",
      ["config", "set", "--secret", "a", "b", "--stack", "there"],
      () => without("PULUMI_CONFIG_PASSPHRASE"),
      "give it in PULUMI_CONFIG_PASSPHRASE",
    ],
    [
      "with another passphrase",
      ["config", "set", "--secret", "a", "b", "--stack", "there"],
      () => ({ ...env, PULUMI_CONFIG_PASSPHRASE: "b" }),
      "PULUMI_CONFIG_PASSPHRASE is not the passphrase of this stack",
    ],
  ])("%s", async (_, args, environment, words) => {
    const { succeeded, said } = await pulumi([...args, "--cwd", folder], { env: environment() });
    expect({ succeeded, said }).toEqual({ succeeded: false, said: expect.stringContaining(words) as unknown });
  });

  it("outside of a project", async () => {
    const { said } = await pulumi(["stack", "output", "--stack", "there", "--cwd", join(folder, "..")], { env });
    expect(said).toContain("Run this in the folder with the Pulumi.yaml.");
  });

  it("has nothing to be added to what it says of something else", async () => {
    const { said } = await pulumi(["stack", "output", "nothing", "--stack", "there", "--cwd", folder], { env });
    expect(said).not.toContain("\n");
    expect(engineAdvice(said)).toBeUndefined();
  });
});

/** Of backends that are not here. */
describe("engineAdvice", () => {
  it.each([
    [
      "read blob: DefaultAzureCredential: failed to acquire a token.\nAttempted credentials:",
      "ARM_CLIENT_ID is for what is deployed",
    ],
    ["RESPONSE 403: ERROR CODE: AuthorizationPermissionMismatch", "Storage Blob Data Contributor"],
    ["RESPONSE 404: ERROR CODE: ContainerNotFound", "container does not exist"],
    ["dial tcp: lookup x.vault.azure.net: no such host", "cannot be reached"],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "SSL_CERT_FILE"],
    ["the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end", "pulumi cancel"],
  ])("%s", (said, words) => {
    expect(engineAdvice(said)).toContain(words);
  });
});

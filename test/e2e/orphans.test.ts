/** `tenantwire orphans`: what a killed deployment left is taken in or removed; what was made by hand is adopted. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { list, text } from "../../sandbox/directory/model.ts";
import { armData } from "../../sandbox/hosts/arm/data.ts";
import { deleteVault } from "../../sandbox/hosts/arm/vaults.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const GRAPH = "00000003-0000-0000-c000-000000000000";

let world: Deployed;
let emptyState: string;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  emptyState = (await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"])).stdout;
}, 120_000);

afterAll(() => world.close());

function orphans(...args: string[]): Promise<Ran> {
  const command = ["node", cli, "orphans", ...args] as [string, ...string[]];
  return run(command, { cwd: world.stack.folder, env: world.env });
}

/** The engine forgets everything, as if it had been killed before it wrote its state. */
async function forgetState(): Promise<void> {
  const file = join(world.stack.folder, "state.json");
  writeFileSync(file, emptyState);
  await world.stack.mustPulumi(["stack", "import", "--stack", "sandbox", "--file", file]);
}

async function importFile(): Promise<void> {
  const args = ["--stack", "sandbox", "--file", "orphans.json", "--protect=false", "--generate-code=false", "--yes"];
  await world.stack.mustPulumi(["import", ...args]);
}

/** Operations on Entra's resources that a preview plans, by name; nothing is left out but what stays as it is. */
async function planned(): Promise<string[]> {
  const { stdout } = await world.stack.mustPulumi(["preview", "--stack", "sandbox", "--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return steps
    .filter(({ op, urn }) => op !== "same" && urn.includes("azuread:"))
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}

/** `az group delete`. */
function deleteGroup(): void {
  const data = armData(world.sandbox.world);
  for (const vault of Object.values(data.vaults)) deleteVault(world.sandbox.world, data, vault);
  delete data.resourceGroups["tenantwire-sandbox"];
}

const applications = () =>
  [...directory(world.sandbox.world).applications.values()].filter((each) => each["displayName"] === "tenantwire sync");

it("finds nothing where nothing was left", async () => {
  const { code, stdout } = await orphans("-s", "sandbox");

  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "Nothing carries the mark tenantwire/sandbox that the state of sandbox does not know.\n",
  });
});

it("takes in what a killed deployment left: nothing of it is made twice", async () => {
  await world.stack.up();
  await forgetState();
  const [application] = applications();

  const result = await orphans("-s", "sandbox", "--import", "orphans.json");
  expect(result.stderr).toBe("");
  expect(result.stdout).toMatch(
    new RegExp(`^registration +tenantwire sync +${application?.id} +import, or remove$`, "m"),
  );
  expect(result.stdout).toContain(
    "orphans.json has 7 resources that are there already. Take them in, and look at what is left to do:\n" +
      "  pulumi import --stack sandbox --file orphans.json --protect=false --generate-code=false\n" +
      "  pulumi preview --stack sandbox\n",
  );
  expect(result.stdout).toMatch(
    /^resource group +tenantwire-sandbox +\S+ +az group delete --name tenantwire-sandbox$/m,
  );
  await importFile();
  deleteGroup();

  expect((await planned()).filter((each) => !each.startsWith("update "))).toEqual([]);
  await world.stack.up();
  expect(applications()).toHaveLength(1);
  expect((await orphans("-s", "sandbox")).stdout).toMatch(/^Nothing carries the mark/);
}, 120_000);

it("removes a secret that the state does not know, on demand only", async () => {
  const { applications: all } = directory(world.sandbox.world);
  const [application] = applications();
  if (!application) throw new Error("There is no registration.");
  const keyId = "5f0f1c1e-0000-4000-8000-000000000001";
  const password = {
    keyId,
    displayName: "tenantwire/sandbox b",
    startDateTime: "2026-01-01T00:00:00Z",
    endDateTime: "2027-01-01T00:00:00Z",
  };
  const byHand = { ...password, keyId: "5f0f1c1e-0000-4000-8000-000000000002", displayName: "made by hand" };
  all.change(application, { passwordCredentials: [password, byHand] });

  const result = await orphans("-s", "sandbox");
  expect(result.stdout).toMatch(new RegExp(`^secret +tenantwire/sandbox b of tenantwire sync +${keyId} +remove$`, "m"));
  expect(result.stdout).not.toContain(byHand.keyId);

  const asked = await orphans("-s", "sandbox", "--remove", keyId);
  expect(asked).toMatchObject({
    code: 2,
    stderr: "tenantwire: Nobody is here to ask: add --yes to remove it without a question.\n",
  });
  const wrong = await orphans("-s", "sandbox", "--remove", byHand.keyId, "--yes");
  expect(wrong.stderr).toBe(
    `tenantwire: ${byHand.keyId} is no orphan of this stack: it is not there, carries another mark, or the state knows it.\n`,
  );
  const removed = await orphans("-s", "sandbox", "--remove", keyId, "--yes");
  expect(removed.stdout).toBe("Removed secret tenantwire/sandbox b of tenantwire sync.\n");
  expect(
    list<{ keyId: string }>(applications()[0] ?? application, "passwordCredentials").map((each) => each.keyId),
  ).toEqual([byHand.keyId]);
}, 60_000);

it("removes a registration that was left, with what belongs to it", async () => {
  const { registrations } = directory(world.sandbox.world);
  const left = registrations.createApplication({ displayName: "tenantwire sync", notes: "tenantwire/sandbox" }, [
    world.sandbox.world.deployer.objectId,
  ]);

  const removed = await orphans("-s", "sandbox", "--remove", left.id, "--yes");

  expect(removed).toMatchObject({ code: 0, stdout: "Removed registration tenantwire sync.\n" });
  expect(applications().map(({ id }) => id)).not.toContain(left.id);
}, 60_000);

it("adopts a registration that was made by hand: it stays the same one, with its secret", async () => {
  await world.stack.mustPulumi(["destroy", "--stack", "sandbox", "--yes", "--skip-preview"]);
  const { registrations, servicePrincipals } = directory(world.sandbox.world);
  const { deployer, ownerId } = world.sandbox.world;
  const owners = [deployer.objectId, ownerId];
  const byHand = registrations.createApplication(
    {
      displayName: "Our sync",
      signInAudience: "AzureADMyOrg",
      requiredResourceAccess: [
        { resourceAppId: GRAPH, resourceAccess: [{ id: applicationRole("User.Read.All"), type: "Role" }] },
      ],
      passwordCredentials: [
        {
          keyId: "5f0f1c1e-0000-4000-8000-000000000003",
          displayName: "by hand",
          startDateTime: "2026-01-01T00:00:00Z",
          endDateTime: "2027-01-01T00:00:00Z",
        },
      ],
    },
    owners,
  );
  const principal = registrations.createServicePrincipal(byHand, { displayName: "Our sync" }, owners);
  registrations.addAssignment({
    appRoleId: applicationRole("User.Read.All"),
    principalId: principal.id,
    principalType: "ServicePrincipal",
    principalDisplayName: "Our sync",
    resourceId: servicePrincipals.byKey(GRAPH)?.id ?? "",
    resourceDisplayName: "Microsoft Graph",
  });

  const clientId = text(byHand, "appId");
  const result = await orphans("adopt", clientId, "--as", "sync", "-s", "sandbox", "--import", "orphans.json");
  expect(result.stderr).toBe("");
  expect(result.stdout).toContain("orphans.json has 5 resources that are there already.");
  await importFile();

  expect((await planned()).filter((each) => /replace|delete/.test(each))).toEqual([]);
  expect((await planned()).filter((each) => each.startsWith("create"))).toEqual([
    "create sync-consent-GroupMember.Read.All",
    "create sync-federated-sync-trust",
  ]);
  await world.stack.up();
  const [adopted, another] = applications();
  expect(another).toBeUndefined();
  expect(adopted).toMatchObject({ id: byHand.id, notes: "tenantwire/sandbox" });
  expect(
    list<{ displayName: string }>(adopted ?? byHand, "passwordCredentials").map(({ displayName }) => displayName),
  ).toEqual(["by hand"]);
}, 180_000);

it("says what it cannot adopt", async () => {
  const nobody = "5f0f1c1e-0000-4000-8000-000000000009";

  expect((await orphans("adopt", nobody, "--as", "snyc", "-s", "sandbox")).stderr).toBe(
    'tenantwire: The settings declare no registration "snyc": --as takes one of sync.\n',
  );
  expect((await orphans("adopt", nobody, "--as", "sync", "-s", "sandbox")).stderr).toBe(
    'tenantwire: The stack has made its own registration "sync" already: take it out of the settings and deploy first, then put it back and adopt.\n',
  );
  await forgetState();
  expect((await orphans("adopt", nobody, "--as", "sync", "-s", "sandbox")).stderr).toBe(
    `tenantwire: The tenant has no registration with the client id ${nobody}.\n`,
  );
}, 60_000);

/** Every target there is, against the suite that every target passes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ONES_HOST, onesKey } from "../../../sandbox/hosts/ones/index.ts";
import { startSandbox } from "../../../sandbox/server.ts";
import { createFileTarget, type FileTargetOptions } from "../../../sync/connectors/file/target.ts";
import { createOnePlanTarget } from "../../../sync/connectors/oneplan/target.ts";
import { parseRoutes } from "../../../sync/connectors/ones/routes.ts";
import { createOnesTarget } from "../../../sync/connectors/ones/users.ts";
import { throughProxy } from "./hosts.ts";
import { describeTarget, type TargetUnderTest } from "./target-suite.ts";

describeTarget("OnePlan", async () => {
  const { world, close } = await standIn();
  const { name: keyName, value } = world.oneplanKey;
  const fields = ["name", "mail", "employeeId"];
  return {
    open: () => createOnePlanTarget({ baseUrl: "https://my.oneplan.ai", keyName, key: async () => value, fields }),
    required: ({ name, mail }) => ({ name, mail }),
    text: "employeeId",
    refused: "employeeNumber",
    close,
  };
});

describeTarget("ONES", async () => {
  const { world, close } = await standIn();
  return {
    open: () =>
      createOnesTarget({
        baseUrl: `https://${ONES_HOST}`,
        keyName: "tenantwire",
        key: async () => onesKey(world),
        fields: ["userName", "displayName", "email", "cardNumber"],
        defaultGroups: ["Staff"],
        routes: parseRoutes(undefined),
      }),
    required: ({ name, mail }) => ({ userName: mail, displayName: name, email: mail }),
    text: "cardNumber",
    refused: "cardNumbr",
    close,
  };
});

for (const format of ["jsonl", "csv"] as const) describeTarget(`A ${format} file`, async () => aFile(format));

function aFile(format: FileTargetOptions["format"]): TargetUnderTest {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-file-"));
  const path = join(folder, `people.${format}`);
  return {
    open: () => createFileTarget({ path, format, fields: ["displayName", "mail", "employeeId"] }),
    required: ({ name, mail }) => ({ displayName: name, mail }),
    text: "employeeId",
    refused: "active",
    async close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function standIn() {
  const sandbox = await startSandbox({ users: 60, provider: false });
  const leave = throughProxy(sandbox);
  return {
    world: sandbox.world,
    async close() {
      await leave();
      await sandbox.stop();
    },
  };
}

import { afterEach, expect, it } from "@jest/globals";
import { type AddressInfo, type Server, createServer } from "node:net";
import { checkAttachedProviders } from "../../stacks/attached-providers.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

async function listening(): Promise<number> {
  const started = createServer();
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return (started.address() as AddressInfo).port;
}

it("is content without attached providers, and with ones that run", async () => {
  const port = await listening();

  await expect(checkAttachedProviders({})).resolves.toBeUndefined();
  await expect(
    checkAttachedProviders({ PULUMI_DEBUG_PROVIDERS: `azuread:${port},azure-native:${port}` }),
  ).resolves.toBeUndefined();
});

it("names the one that does not run, at once", async () => {
  const port = await listening();
  await new Promise((resolve) => server?.close(resolve));

  await expect(checkAttachedProviders({ PULUMI_DEBUG_PROVIDERS: `azuread:${port}` })).rejects.toThrow(
    `The provider azuread should be attached at port ${port} of this machine (PULUMI_DEBUG_PROVIDERS), and nothing listens there: ` +
      "start it again, or unset the variable to use the installed plugin.",
  );
});

/**
 * Providers that run apart and are attached by `PULUMI_DEBUG_PROVIDERS` (`azuread:PORT,azure-native:PORT`): a test's,
 * or one in a debugger.
 *
 * @packageDocumentation
 */
import { connect } from "node:net";
import { SettingsError } from "../contract/errors.ts";

const PATIENCE_MS = 1_000;

/**
 * Asks whether anybody listens there. The engine itself would wait for ten seconds, and then speak of RPC connections.
 *
 * @throws SettingsError for the first one that is not running
 */
export async function checkAttachedProviders(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  for (const entry of (env["PULUMI_DEBUG_PROVIDERS"] ?? "").split(",").filter(Boolean)) {
    const [name, port] = entry.split(":");
    if (await listens(Number(port))) continue;
    throw new SettingsError(
      `The provider ${name} should be attached at port ${port} of this machine (PULUMI_DEBUG_PROVIDERS), and nothing listens there: ` +
        `start it again, or unset the variable to use the installed plugin.`,
    );
  }
}

function listens(port: number): Promise<boolean> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: PATIENCE_MS });
    const answer = (isListening: boolean) => {
      socket.destroy();
      resolve(isListening);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}

/**
 * What the engine starts as the plugin: it hands the engine's own variables to the running stand-in, which answers at
 * a port of its own for this one plugin, and ends when the engine ends it.
 *
 *     launcher.ts SOCKET NAME [what the engine says: its own address, flags]
 *
 * @packageDocumentation
 */
import { connect } from "node:net";
import { isForPlugins } from "./plugin-variables.ts";

const [socket = "", name = "", ...fromEngine] = process.argv.slice(2);

const standIn = connect(socket);
standIn.setEncoding("utf8");
standIn.once("connect", () => {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([variable]) => isForPlugins(variable)));
  const engine = fromEngine.find((argument) => /^[\w.-]+:\d+$/.test(argument));
  standIn.write(`${JSON.stringify({ name, environment, engine })}\n`);
});
standIn.once("data", (port) => process.stdout.write(port.toString()));
standIn.once("error", () => {
  process.stderr.write(
    `The stand-in tenant that answers for the ${name} plugin here does not run any more: start it again.\n`,
  );
  process.exitCode = 1;
});

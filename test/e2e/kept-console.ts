/** What `npm run demo -- --keep` ends with, in a process of its own, as a terminal has it: without the story before. */
import { createSteps } from "../../sandbox/demo/steps.ts";
import { keepConsole } from "../../sandbox/demo/console.ts";
import { deployable } from "./deployed.ts";

const { stack, sandbox, env, close } = await deployable({ users: 5 });
try {
  await stack.up();
  await keepConsole(createSteps(), stack, sandbox, { ...sandbox.environment, PATH: env["PATH"] ?? "" });
} finally {
  await close();
}
process.stdout.write("The tenant is gone.\n");

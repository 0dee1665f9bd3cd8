/**
 * A stack of the stand-in's world, driven by the real engine: what the demo, the end-to-end tests and the benchmarks
 * deploy with. It works in a copy of the project, since the engine writes into a stack's settings file.
 *
 * @packageDocumentation
 */
import { copyProject } from "./project.ts";
import { type Ran, run } from "./run.ts";

export interface Stack {
  /** Folder of the working copy: where `-s sandbox` means this stack. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `pulumi <args>` in the working copy; never fails by itself. */
  pulumi(args: readonly string[], input?: string): Promise<Ran>;
  /** `pulumi <args>`; anything but exit 0 is an error that carries what the engine said. */
  mustPulumi(args: readonly string[], input?: string): Promise<Ran>;
  up(...args: string[]): Promise<Ran>;
  /** The stack's outputs, as a sync gets them. */
  outputs(): Promise<unknown>;
}

/**
 * Makes the stack `sandbox` in `folder` and stores OnePlan's key in it, as an administrator would.
 *
 * @param env the sandbox's environment, with the engine on its PATH
 */
export async function createStack(
  folder: string,
  env: NodeJS.ProcessEnv,
  onLine?: (line: string) => void,
): Promise<Stack> {
  const pulumi = (args: readonly string[], more: Pick<Parameters<typeof run>[1], "input" | "onLine"> = {}) =>
    // A tenth less of the processor's time: a program asks nobody but the engine, and starts faster without a proxy to
    // think of; the engine ends before it is worth its while to collect garbage often.
    run(["pulumi", ...args, "--non-interactive"], {
      cwd: folder,
      env: { GOGC: "400", ...stack.env, NODE_USE_ENV_PROXY: undefined },
      ...more,
    });
  const stack: Stack = {
    folder,
    env,
    pulumi: (args, input) => pulumi(args, input === undefined ? {} : { input }),
    mustPulumi: async (args, input) => succeeded(args, await stack.pulumi(args, input)),
    // Of the other commands the lines are answers, and no progress.
    up: async (...more) => {
      const args = ["up", "--stack", "sandbox", "--yes", "--skip-preview", "--color", "never", ...more];
      return succeeded(args, await pulumi(args, onLine ? { onLine } : {}));
    },
    outputs: async () =>
      JSON.parse((await stack.mustPulumi(["stack", "output", "--json", "--stack", "sandbox"])).stdout) as unknown,
  };
  copyProject(folder);
  await stack.mustPulumi(["stack", "init", "sandbox"]);
  // By standard input, never as an argument: arguments of a process can be read by everybody on the machine.
  await stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", "oneplanKey"], env["ONEPLAN_KEY"] ?? "");
  return stack;
}

function succeeded(args: readonly string[], ran: Ran): Ran {
  if (ran.code === 0) return ran;
  throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
}

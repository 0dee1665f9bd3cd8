/**
 * What a preview tells beside its steps: the settings that it was made with, and the outputs of the last deployment.
 * So a review needs the preview and nothing else. Pure.
 *
 * @packageDocumentation
 */
import { type Outputs, OutputsError, parseOutputs } from "../contract/outputs.ts";
import type { ConfigurationValue } from "../stacks/secrets.ts";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import type { LineOf } from "../contract/settings-lines.ts";
import { type Preview, typeOf } from "./preview.ts";

const NAMESPACE = "tenantwire:";

/** What the engine prints instead of an encrypted value. */
const SECRET = "[secret]";

/** @throws SettingsError as the program itself does, with lines where they are known */
export function settingsOf({ config }: Preview, stack: string, lineOf?: LineOf): Settings {
  const values = Object.entries(config)
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, text]): [string, ConfigurationValue] => [
      key.slice(NAMESPACE.length),
      text === SECRET ? { text, secret: true, masked: true } : { text, secret: false },
    ]);
  return parseSettings(new Map(values), stack, lineOf);
}

/** A setting that only the stack of the pipelines' identities has: which stack they deploy. */
export function isBootstrap({ config }: Preview): boolean {
  return Object.keys(config).some((key) => key.endsWith(":stack")) && !(`${NAMESPACE}deployer` in config);
}

/** Name of the stack: every URN has it. Undefined: the preview came to no resource. */
export function stackOf({ steps }: Preview): string | undefined {
  return steps[0]?.urn.split("::")[0]?.split(":")[2];
}

/** Outputs of the last deployment, or why there are none. */
export interface LastOutputs {
  readonly outputs?: Outputs;
  /** They are there and not understood; a review goes on without them. */
  readonly unread?: string;
}

export function lastOutputsOf({ steps }: Preview): LastOutputs {
  const stack = steps.find(({ urn }) => typeOf(urn) === "pulumi:pulumi:Stack");
  const outputs = stack?.oldState?.outputs;
  if (!outputs || Object.keys(outputs).length === 0) return {};
  try {
    return { outputs: parseOutputs(outputs, "The last deployment") };
  } catch (error) {
    // To stop here would stop the very deployment that mends them.
    if (error instanceof OutputsError) return { unread: error.message };
    throw error;
  }
}

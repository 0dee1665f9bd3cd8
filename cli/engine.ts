/**
 * What the Pulumi engine tells of a stack that is about to be deployed. Secrets are never asked for.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { resourcesOf, type StackResource } from "../doctor/preflight/index.ts";
import type { ConfigurationValue } from "../stacks/secrets.ts";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import { linesOf } from "../stacks/settings-file.ts";
import { SettingsError } from "../contract/errors.ts";
import { decodeText } from "../contract/text/decode.ts";
import { pulumiJson } from "./pulumi.ts";

export interface DeclaredStack {
  readonly stack: string;
  /** Mark of the stack, `<project>/<stack>`. */
  readonly mark: string;
  readonly settings: Settings;
  readonly state: readonly StackResource[];
}

/**
 * @throws SettingsError when the settings have faults
 * @throws TenantwireError when the engine does not know the stack
 */
export async function declaredStack(asked: string | undefined): Promise<DeclaredStack> {
  if (asked === undefined) throw new SettingsError("Which stack? Name it: -s <stack>.");
  const stack = asked.split("/").at(-1) ?? asked;
  const configuration = Configuration.parse(await pulumiJson(["config", "--json", "--stack", asked]));
  const exported = await pulumiJson(["stack", "export", "--stack", asked]);
  const settings = parseSettings(settingsOf(configuration), stack, linesOf(stack));
  return {
    stack: asked,
    mark: `${await projectName(process.cwd())}/${stack}`,
    settings,
    state: resourcesOf(exported),
  };
}

const Configuration = z.record(z.string(), z.looseObject({ value: z.string().optional(), secret: z.boolean() }));

const NAMESPACE = "tenantwire:";

/** As the program gets them, but for the secrets: that there is one is enough. */
function settingsOf(configuration: z.infer<typeof Configuration>): Map<string, ConfigurationValue> {
  const own = Object.entries(configuration).filter(([key]) => key.startsWith(NAMESPACE));
  return new Map(
    own.map(([key, { value, secret }]) => [
      key.slice(NAMESPACE.length),
      secret ? { text: "secret", secret, masked: true } : { text: value ?? "", secret },
    ]),
  );
}

/** Of the nearest Pulumi.yaml, as the engine finds it. */
async function projectName(folder: string): Promise<string> {
  const bytes = await readFile(join(folder, "Pulumi.yaml")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const name = /^name:\s*["']?([\w.-]+)/m.exec(bytes ? decodeText(bytes) : "")?.[1];
  if (name !== undefined) return name;
  const parent = dirname(folder);
  if (parent === folder)
    throw new SettingsError("There is no Pulumi.yaml here: run this in the folder of the project.");
  return projectName(parent);
}

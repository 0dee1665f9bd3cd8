/**
 * What Entra users can be synced to. Nothing else of the sync knows one from another.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../contract/errors.ts";
import { oneOf } from "../../../contract/words.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { DIRECTORY_EXTENSION, PAGER, userProperties } from "../../../contract/user-properties.ts";
import { fileUsers } from "../../connectors/file/users.ts";
import { oneplanUsers } from "../../connectors/oneplan/users.ts";
import { onesUsers } from "../../connectors/ones/users-target.ts";
import type { DeclaredTarget, UserTarget } from "../../model/user-target.ts";

/** In the order in which they are synced. */
const targets: readonly UserTarget[] = [oneplanUsers, onesUsers, fileUsers];

/** By the names of the command line. */
export const userTargets: readonly string[] = targets.map(({ name }) => name);

/** Name of each -> what people call it. */
export const userProducts: ReadonlyMap<string, string> = new Map(targets.map(({ name, product }) => [name, product]));

/** @param name one of {@link userTargets} */
export function userTarget(name: string): UserTarget {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new TypeError(`There is no target "${name}".`);
  return target;
}

/** What the outputs declare. */
export function declaredTargets({ integrations }: Outputs): string[] {
  return targets.filter(({ users }) => users(integrations) !== undefined).map(({ name }) => name);
}

/** Names of the fields of all targets that the outputs declare. */
export function mappedFields(integrations: Outputs["integrations"]): string[] {
  return targets.flatMap(({ users }) => Object.keys(users(integrations)?.fields ?? {}));
}

/**
 * Properties of the user that all targets map which the outputs declare: each of them reads all, so that one reading does
 * for several. Directory extensions are left out: one that is not there, or not to be found, stops whoever asks for it.
 */
export function mappedProperties(integrations: Outputs["integrations"]): string[] {
  const mapped = targets.flatMap(({ users }) => Object.values(users(integrations)?.fields ?? {}));
  return mapped.filter((name) => userProperties.has(name) && name !== PAGER && !DIRECTORY_EXTENSION.test(name));
}

/**
 * @param asked by default the first one that is declared
 * @throws SettingsError when it is not declared, or the outputs are not enough for it
 */
export function declaredTarget(outputs: Outputs, asked: string | undefined): DeclaredTarget {
  const wanted = asked ?? declaredTargets(outputs)[0];
  const target = targets.find(({ name }) => name === wanted);
  if (target?.users(outputs.integrations)) {
    const { name, setting, remote } = target;
    return { name, setting, remote, ...target.declared(outputs) };
  }
  throw new SettingsError(
    target === undefined
      ? `The outputs of ${outputs.mark} have nothing that users are synced to: add ${oneOf(targets.map(({ setting }) => setting[0]))} to the settings and deploy (pulumi up).`
      : `The outputs of ${outputs.mark} have no ${target.title}: add it to the settings and deploy (pulumi up).`,
  );
}

/**
 * `tenantwire sync users`: Entra users to what the stack declares for them.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../contract/outputs.ts";
import { SettingsError, type SyncDefinition } from "../sync/index.ts";
import {
  declaredTargets,
  type UsersSource,
  type UsersSync,
  usersSync,
  userTargets,
} from "../sync/kinds/users/index.ts";
import { loadOutputs } from "./outputs.ts";
import { runEach, type SyncOptions } from "./syncs.ts";

export type SyncUsersOptions = SyncOptions;

const DAY_MS = 24 * 60 * 60 * 1000;

/** One run for each target: by default for all that are declared, one after another. */
export async function syncUsers(options: SyncUsersOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(outputs, options);
  const acceptReplacedGroups = options.full ?? false;
  // All of them before the first run: what is wrong can be known before anything is written.
  const syncs = targets.map((target) => {
    const sync = usersSync({ outputs, environment: process.env, acceptReplacedGroups, target });
    return { definition: definitionOf(sync), requests: sync.requests, target };
  });
  await runEach(syncs, outputs, options, { command: "users", from: "Entra" });
}

/** @throws SettingsError for a name that is none, and where one has to be said */
export function targetsOf(
  outputs: Outputs,
  { target, allow }: Pick<SyncUsersOptions, "target" | "allow">,
): readonly (string | undefined)[] {
  const asked = userTargets.find((name) => name === target);
  if (target !== undefined && asked === undefined) {
    throw new SettingsError(`--target takes one of ${userTargets.join(", ")}, not ${target}.`);
  }
  if (asked !== undefined) return [asked];
  const declared = declaredTargets(outputs);
  if (declared.length > 1 && allow !== undefined) {
    throw new SettingsError(`--allow is for one target: say which with --target (${declared.join(", ")}).`);
  }
  // Without any, the sync itself says what is missing.
  return declared.length > 0 ? declared : [undefined];
}

/** The sync as the engine runs it, and explains it. */
export function definitionOf(sync: UsersSync): SyncDefinition & { readonly source: UsersSource } {
  const { sync: name, source, target, fields, hasReferences, limits, fingerprint, fullEveryDays } = sync;
  return {
    sync: name,
    source,
    target,
    fields,
    hasReferences,
    limits,
    scopeHash: fingerprint,
    fullEveryMs: fullEveryDays * DAY_MS,
  };
}

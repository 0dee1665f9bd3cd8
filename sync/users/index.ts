/**
 * Entra users to OnePlan, put together from a stack's outputs.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import type { Outputs } from "../../stacks/outputs.ts";
import { syncCredential } from "../connectors/credentials/index.ts";
import { createGraphClient } from "../connectors/graph/index.ts";
import { createOnePlanTarget } from "../connectors/oneplan/index.ts";
import { readSecret } from "../connectors/vault/index.ts";
import { SettingsError } from "../engine/errors.ts";
import type { Limits } from "../engine/limits.ts";
import type { Source, Target } from "../engine/types.ts";
import { createMapping } from "./mapping.ts";
import { checkMappedProperties, parseUsersSettings } from "./settings.ts";
import { createUsersSource } from "./source.ts";

export interface UsersSyncOptions {
  readonly outputs: Outputs;
  /** Where the proof of the sync identity is found: see `connectors/credentials`. */
  readonly environment: NodeJS.ProcessEnv;
  /**
   * A group of the settings may be another one than in the last run, though it has the same name: what a person says
   * with `--full`.
   */
  readonly acceptReplacedGroups: boolean;
}

export interface UsersSync {
  readonly source: Source;
  readonly target: Target;
  /** OnePlan's names of the mapped fields. */
  readonly fields: readonly string[];
  readonly limits: Limits;
  /** A run reads everybody when the last full one is this many days old. */
  readonly fullEveryDays: number;
  /** Changes when what was read or written before says nothing about what has to be now. */
  readonly fingerprint: string;
  /** Requests sent so far. */
  readonly requests: { graph: number; oneplan: number };
}

/** @throws SettingsError when outputs or settings are not enough for this sync; nothing outside is asked */
export function usersSync({ outputs, environment, acceptReplacedGroups }: UsersSyncOptions): UsersSync {
  const { oneplan } = outputs.integrations;
  if (oneplan === undefined) {
    throw new SettingsError(
      `The outputs of ${outputs.mark} have no OnePlan: add it to the settings and deploy (pulumi up).`,
    );
  }
  const { vault } = outputs;
  if (vault === undefined) {
    throw new SettingsError(
      `The outputs of ${outputs.mark} have no vault, where OnePlan's key is kept: deploy the stack again (pulumi up).`,
    );
  }
  const settings = parseUsersSettings(outputs.sync);
  const { fields, groups } = oneplan.users;
  checkMappedProperties(fields);
  const { disabledAccountsAreInactive, fullEveryDays, limits } = settings;
  const credential = syncCredential(outputs, environment);
  const requests = { graph: 0, oneplan: 0 };

  const client = createGraphClient({
    credential,
    cloud: outputs.tenant.cloud,
    onRequest: () => (requests.graph += 1),
  });
  const source = createUsersSource({
    client,
    mapping: createMapping({ fields, groups, disabledAccountsAreInactive }),
    properties: Object.values(fields),
    groups,
    acceptReplacedGroups,
  });
  const target = createOnePlanTarget({
    baseUrl: oneplan.baseUrl,
    keyName: oneplan.keyName,
    key: () => readSecret(vault.uri, oneplan.keyVaultSecret, credential),
    fields: Object.keys(fields),
    onRequest: () => (requests.oneplan += 1),
  });
  const fingerprint = digest([
    outputs.tenant.id,
    oneplan.baseUrl,
    fields,
    [...groups].sort(),
    disabledAccountsAreInactive,
  ]);
  return { source, target, fields: Object.keys(fields), limits, fullEveryDays, fingerprint, requests };
}

/** A hash of what runs depend on; the order of settings does not matter. */
function digest(parts: readonly unknown[]): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return [...(value as unknown[])].map(sorted);
    if (typeof value !== "object" || value === null) return value;
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]);
  };
  return createHash("sha256")
    .update(JSON.stringify(sorted(parts)))
    .digest("hex")
    .slice(0, 16);
}

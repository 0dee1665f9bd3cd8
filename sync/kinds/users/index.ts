/**
 * Entra users to one of their targets, put together from a stack's outputs.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { DAY_MS } from "../../../contract/days.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { place } from "../../../contract/settings-faults.ts";
import { MANAGER } from "../../../contract/user-properties.ts";
import { syncCredential } from "../../connectors/credentials/index.ts";
import { createGraphClient, type ReadOnce } from "../../connectors/graph/index.ts";
import type { Reach } from "../../model/types.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import { cardNumberOf } from "./card-number.ts";
import { printFilter, propertiesOf } from "./filter.ts";
import { createMapping } from "./mapping.ts";
import { scopeRules } from "./scope-rules.ts";
import { checkClearOnEmpty, checkFilterPermissions, checkMappedProperties, parseUsersSettings } from "./settings.ts";
import { createUsersSource, type UsersSource } from "./source.ts";
import { declaredTarget, mappedFields, mappedProperties } from "./targets.ts";

export { declaredTargets, userTargets } from "./targets.ts";

interface UsersSyncOptions {
  readonly outputs: Outputs;
  /** Where the proof of the sync identity is found: see `connectors/credentials`. */
  readonly environment: NodeJS.ProcessEnv;
  /**
   * A group of the settings may be another one than in the last run, though it has the same name: what a person says
   * with `--full`.
   */
  readonly acceptReplacedGroups: boolean;
  /** Asked before a product's key is read. */
  readonly reach: Reach;
  /** By default the first one that is declared. */
  readonly target?: string | undefined;
  /** What syncs to other targets read too is read once. */
  readonly reads?: ReadOnce;
}

interface UsersSync {
  /** As the engine runs it, and explains it. */
  readonly definition: SyncDefinition & { readonly source: UsersSource };
  /** Field of the target -> property of the Entra user that it is mapped from. */
  readonly properties: Readonly<Record<string, string>>;
  /** Requests sent so far. */
  readonly requests: Record<string, number> & { graph: number };
}

/** @throws SettingsError when outputs or settings are not enough for this sync; nothing outside is asked */
export function usersSync({
  outputs,
  environment,
  acceptReplacedGroups,
  reach,
  target: asked,
  reads,
}: UsersSyncOptions): UsersSync {
  const declared = declaredTarget(outputs, asked);
  const { users } = declared;
  const settings = parseUsersSettings(outputs.sync, declared.name);
  const { groups, administrativeUnits = [], excludedGroups = [], protectedGroups = [] } = users;
  checkMappedProperties(users.fields, declared.setting);
  const cardNumber = cardNumberOf(users);
  const fields = { ...users.fields, ...(cardNumber && { [cardNumber.field]: cardNumber.source }) };
  // What counts for all targets may name a field of another one.
  const isOwn = settings.pathOf("clearOnEmpty").includes("targets");
  const others = isOwn ? [] : mappedFields(outputs.integrations);
  checkClearOnEmpty(settings, new Set([...Object.keys(fields), ...others]));
  const { disabledAccountsAreInactive, fullEveryDays, limits, filter, guests, exclude, pathOf } = settings;
  const placeOf = (setting: Parameters<typeof pathOf>[0]) => place(pathOf(setting));
  const permissions = outputs.syncIdentity?.permissions ?? [];
  if (filter)
    checkFilterPermissions(propertiesOf(filter), permissions, { filter: pathOf("filter"), users: declared.setting });
  const keep = new Set(Object.keys(settings.clearOnEmpty).filter((field) => settings.clearOnEmpty[field] === "keep"));
  const credential = syncCredential(outputs, environment);
  const requests: UsersSync["requests"] = { graph: 0, ...(declared.remote && { [declared.name]: 0 }) };

  const client = createGraphClient({
    credential,
    cloud: outputs.tenant.cloud,
    onRequest: () => (requests.graph += 1),
  });
  const source = createUsersSource({
    client: reads?.through(client) ?? client,
    setting: `tenantwire:${declared.setting.join(".")}`,
    sync: declared.sync,
    mapping: createMapping({
      fields,
      required: declared.required,
      mailField: declared.mailField,
      groups,
      disabledAccountsAreInactive,
      keep,
    }),
    properties: [...new Set([...Object.values(fields), ...mappedProperties(outputs.integrations)])],
    groups,
    units: administrativeUnits,
    excludedGroups,
    protectedGroups,
    acceptReplacedGroups,
    tenant: outputs.tenant,
    rules: scopeRules({ guests, exclude, placeOf, ...(filter && { filter }) }),
    excluded: exclude,
    excludedSetting: placeOf("exclude"),
    protected: settings.protected,
    protectedSetting: placeOf("protected"),
    ...(cardNumber && { cardNumber }),
  });
  const target = declared.open({
    fields: Object.keys(fields),
    credential,
    reach,
    onRequest: () => (requests[declared.name] = (requests[declared.name] ?? 0) + 1),
  });
  // Changes when what was read or written before says nothing about what has to be now.
  const scopeHash = digest([
    outputs.tenant.id,
    declared.identity,
    fields,
    [...groups].sort(),
    [...administrativeUnits].sort(),
    disabledAccountsAreInactive,
    filter ? printFilter(filter) : null,
    guests,
    ...[exclude, settings.protected].map((names) => names.map((name) => name.toLowerCase()).sort()),
    [...keep].sort(),
    // Only where there are any, so that stacks without them go on as before.
    ...(excludedGroups.length > 0 ? [{ excludedGroups: [...excludedGroups].sort() }] : []),
    ...(protectedGroups.length > 0 ? [{ protectedGroups: [...protectedGroups].sort() }] : []),
  ]);
  return {
    definition: {
      sync: declared.sync,
      source,
      target,
      fields: Object.keys(fields),
      hasReferences: Object.values(fields).includes(MANAGER),
      limits,
      scopeHash,
      fullEveryMs: fullEveryDays * DAY_MS,
    },
    properties: fields,
    requests,
  };
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

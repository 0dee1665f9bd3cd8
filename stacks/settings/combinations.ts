/**
 * Faults of settings that are right one by one and cannot be together. They are looked for in what was written, so
 * that they are told along with the faults of single settings.
 *
 * @packageDocumentation
 */
import { defaultPolicy } from "../../components/credentials/next.ts";
import { given, type Path, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { azureDevOpsFaults, oneplanFaults, onesFaults } from "./integration-combinations.ts";
import { repeated } from "./repeated.ts";
import { roomFaults } from "./room-combinations.ts";
import { userFaults } from "./user-combinations.ts";

export function combinationFaults(raw: unknown): SettingsFault[] {
  return [
    ...missingParts(raw),
    ...choices(raw),
    ...SECRETS.flatMap((path) => rotation(raw, path)),
    ...userFaults(raw),
    ...roomFaults(raw),
    ...onesFaults(raw),
    ...oneplanFaults(raw),
    ...azureDevOpsFaults(raw),
    ...repetitions(raw),
  ];
}

/** Settings of secrets that are renewed. */
const SECRETS: readonly Path[] = [
  ["syncIdentity", "secret"],
  ["ones", "microsoft365", "secret"],
  ["ones", "microsoft365", "singleSignOn", "secret"],
  ["oneplan", "entraUsers", "secret"],
  ["oneconnect", "secret"],
  ["azureDevOps", "servicePrincipal", "secret"],
];

/** Parts that others need: what needs it, what is needed, what for. */
const NEEDS: readonly (readonly [Path, Path, string])[] = [
  [["oneplan"], ["vault"], "tenantwire:oneplan keeps its key there"],
  [["oneplan"], ["syncIdentity"], "the sync of tenantwire:oneplan reads Entra with it"],
  [["ones", "key"], ["vault"], "tenantwire:ones keeps its key there"],
  [["ones", "microsoft365"], ["vault"], "the secret of tenantwire:ones.microsoft365 is kept there"],
  [["ones", "key"], ["syncIdentity"], "the sync of tenantwire:ones reads Entra with it"],
  [["files"], ["syncIdentity"], "the sync of tenantwire:files reads Entra with it"],
  [["syncIdentity", "secret"], ["vault"], "the secret of tenantwire:syncIdentity is kept there"],
  [["azureDevOps", "servicePrincipal", "secret"], ["vault"], "the secret of tenantwire:azureDevOps is kept there"],
  [["vault"], ["azure"], "it says where tenantwire:vault is made"],
];

function missingParts(raw: unknown): SettingsFault[] {
  const faults = NEEDS.filter(([by, what]) => given(raw, by) && !given(raw, what));
  return faults.map(([, path, why]) => ({ path, text: `missing; ${why}`, missing: true }));
}

function choices(raw: unknown): SettingsFault[] {
  const faults: SettingsFault[] = [];
  if (given(raw, ["oneplan", "environment"]) && given(raw, ["oneplan", "baseUrl"])) {
    faults.push({
      path: ["oneplan", "baseUrl"],
      text: "environment says where OnePlan is already; leave one of the two",
    });
  }
  return [
    ...faults,
    ...federatedOrSecret(raw, ["syncIdentity"], "the sync"),
    ...federatedOrSecret(raw, ["azureDevOps", "servicePrincipal"], "the service principal"),
  ];
}

function federatedOrSecret(raw: unknown, path: Path, who: string): SettingsFault[] {
  if (typeof valueAt(raw, path) !== "object") return [];
  const federated = given(raw, [...path, "federated"]);
  const secret = given(raw, [...path, "secret"]);
  if (federated && secret) {
    const text = "not together with federated; leave secret out unless no federation is possible";
    return [{ path: [...path, "secret"], text }];
  }
  if (federated || secret) return [];
  const text = `missing; say how ${who} signs in: federated, or secret where no federation is possible`;
  return [{ path: [...path, "federated"], text, missing: true }];
}

function rotation(raw: unknown, path: Path): SettingsFault[] {
  if (!given(raw, path)) return [];
  if (valueAt(raw, [...path, "delivery"]) === "vault" && given(raw, [...path, "acknowledged"])) {
    return [{ path: [...path, "acknowledged"], text: "only with delivery: pasted; leave it out" }];
  }
  const period = valueAt(raw, [...path, "periodDays"]) ?? defaultPolicy.period;
  const overlap = valueAt(raw, [...path, "overlapDays"]) ?? defaultPolicy.overlap;
  if (typeof period !== "number" || typeof overlap !== "number" || period > overlap) return [];
  const text =
    `${period} days must be more than overlapDays (${overlap}): ` +
    "otherwise a secret is replaced while copies of it are in use";
  return [{ path: [...path, "periodDays"], text }];
}

function repetitions(raw: unknown): SettingsFault[] {
  return [
    ...repeated(raw, ["owners"], lowerCase),
    ...repeated(raw, ["ones", "microsoft365", "rooms"], lowerCase),
    ...repeated(raw, ["ones", "microsoft365", "defaultUserGroups"], (group) => group),
    ...repeated(raw, ["azureDevOps", "organizations"], (each) => lowerCase(valueAt(each, ["name"]))),
    ...TRUSTED.flatMap((path) => [
      ...repeated(raw, path, (each) => valueAt(each, ["name"])),
      ...repeated(raw, path, identityOf),
    ]),
  ];
}

/** Lists of outside identities. */
const TRUSTED: readonly Path[] = [
  ["syncIdentity", "federated"],
  ["azureDevOps", "servicePrincipal", "federated"],
];

function lowerCase(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

/** An outside identity can be trusted once only, under whatever name. */
function identityOf(trust: unknown): unknown {
  const identity = [valueAt(trust, ["issuer"]), valueAt(trust, ["subject"])];
  return identity.every((part) => typeof part === "string") ? identity.join(" ") : undefined;
}

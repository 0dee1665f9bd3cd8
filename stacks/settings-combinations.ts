/**
 * Faults of settings that are right one by one and cannot be together. They are looked for in what was written, so
 * that they are told along with the faults of single settings.
 *
 * @packageDocumentation
 */
import { defaultPolicy } from "../components/credentials/next.ts";
import { type Path, type SettingsFault, valueAt } from "./settings-faults.ts";

export function combinationFaults(raw: unknown): SettingsFault[] {
  return [
    ...missingParts(raw),
    ...choices(raw),
    ...rotation(raw),
    ...mapping(raw),
    ...cardNumber(raw),
    ...repetitions(raw),
  ];
}

/** Parts that others need: what needs it, what is needed, what for. */
const NEEDS: readonly (readonly [Path, Path, string])[] = [
  [["oneplan"], ["vault"], "tenantwire:oneplan keeps its key there"],
  [["oneplan"], ["syncIdentity"], "the sync of tenantwire:oneplan reads Entra with it"],
  [["ones"], ["vault"], "tenantwire:ones keeps its key there"],
  [["ones"], ["syncIdentity"], "the sync of tenantwire:ones reads Entra with it"],
  [["files"], ["syncIdentity"], "the sync of tenantwire:files reads Entra with it"],
  [["syncIdentity", "secret"], ["vault"], "the secret of tenantwire:syncIdentity is kept there"],
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
  if (typeof valueAt(raw, ["syncIdentity"]) !== "object") return faults;
  const federated = given(raw, ["syncIdentity", "federated"]);
  const secret = given(raw, ["syncIdentity", "secret"]);
  if (federated && secret) {
    faults.push({
      path: ["syncIdentity", "secret"],
      text: "not together with federated; leave secret out unless no federation is possible",
    });
  }
  if (!federated && !secret) {
    faults.push({
      path: ["syncIdentity", "federated"],
      text: "missing; say how the sync signs in: federated, or secret where no federation is possible",
      missing: true,
    });
  }
  return faults;
}

function rotation(raw: unknown): SettingsFault[] {
  const path = ["syncIdentity", "secret"];
  if (!given(raw, path)) return [];
  const period = valueAt(raw, [...path, "periodDays"]) ?? defaultPolicy.period;
  const overlap = valueAt(raw, [...path, "overlapDays"]) ?? defaultPolicy.overlap;
  if (typeof period !== "number" || typeof overlap !== "number" || period > overlap) return [];
  const text =
    `${period} days must be more than overlapDays (${overlap}): ` +
    "otherwise a secret is replaced while copies of it are in use";
  return [{ path: [...path, "periodDays"], text }];
}

function mapping(raw: unknown): SettingsFault[] {
  const path = ["oneplan", "users", "fields"];
  const fields = valueAt(raw, path);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields) || "mail" in fields) return [];
  return [{ path: [...path, "mail"], text: "missing; OnePlan requires it, usually mail: mail", missing: true }];
}

function cardNumber(raw: unknown): SettingsFault[] {
  const path = ["oneplan", "users", "cardNumber"];
  const source = valueAt(raw, [...path, "source"]);
  if (typeof source !== "string" || source === "none") return [];
  const field = valueAt(raw, [...path, "field"]);
  if (field === undefined) {
    return [
      { path: [...path, "field"], text: "missing; say which field of OnePlan card numbers go to", missing: true },
    ];
  }
  const fields = valueAt(raw, ["oneplan", "users", "fields"]);
  if (typeof field !== "string" || typeof fields !== "object" || fields === null || !(field in fields)) return [];
  return [
    { path: [...path, "field"], text: "mapped under tenantwire:oneplan.users.fields already; leave one of the two" },
  ];
}

function repetitions(raw: unknown): SettingsFault[] {
  return [
    ...repeated(raw, ["owners"], (owner) => (typeof owner === "string" ? owner.toLowerCase() : undefined)),
    ...repeated(raw, ["oneplan", "users", "groups"], (group) => group),
    ...repeated(raw, ["ones", "users", "groups"], (group) => group),
    ...repeated(raw, ["ones", "users", "defaultGroups"], (group) => group),
    ...repeated(raw, ["files", "users", "groups"], (group) => group),
    ...repeated(raw, ["oneplan", "users", "administrativeUnits"], (unit) => unit),
    ...repeated(raw, ["syncIdentity", "federated"], (each) => valueAt(each, ["name"])),
    ...repeated(raw, ["syncIdentity", "federated"], identityOf),
  ];
}

/** An outside identity can be trusted once only, under whatever name. */
function identityOf(trust: unknown): unknown {
  const identity = [valueAt(trust, ["issuer"]), valueAt(trust, ["subject"])];
  return identity.every((part) => typeof part === "string") ? identity.join(" ") : undefined;
}

function repeated(raw: unknown, path: Path, identify: (item: unknown) => unknown): SettingsFault[] {
  const list = valueAt(raw, path);
  if (!Array.isArray(list)) return [];
  const names = list.map(identify);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    return { path: [...path, index], text: `the same as [${first}]` };
  });
}

function given(raw: unknown, path: Path): boolean {
  return valueAt(raw, path) !== undefined;
}

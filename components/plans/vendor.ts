import { valueAt } from "../../contract/settings-faults.ts";
import { vendor } from "../vendor.ts";
import { plansFaults } from "./faults.ts";
import { keyNames, outputs } from "./outputs.ts";
import { Plans, type WithOnePlan } from "./settings.ts";
import { plansSheets } from "./sheets.ts";
import { command } from "../../contract/this-stack.ts";

const avoidable = () =>
  `Leave token out, and add the sync identity to the organization: ${command("settings-sheet")} says as what.`;

/**
 * Work items of Azure DevOps as plans and tasks of OnePlan, by tenantwire's own sync: as the sync identity, which is a
 * member of the organization, or by personal access tokens. (The vendor's own connection is `azureDevOps`.)
 */
export const plans = vendor({
  settings: { plans: Plans.optional() },
  faults: plansFaults,
  secretSettings: (raw) => {
    const organizations = valueAt(raw, ["plans", "organizations"]);
    const tokens = Array.isArray(organizations) ? organizations : [];
    return [
      ["plans", "oneplan", "key", "secret"],
      ...tokens.map((_, index) => ["plans", "organizations", index, "token", "secret"]),
    ];
  },
  keys: ({ plans }) => [
    ...(plans?.oneplan
      ? [
          {
            name: keyNames.own,
            product: "OnePlan",
            keyName: plans.oneplan.key.name,
            ...(plans.oneplan.key.expires && { expires: plans.oneplan.key.expires }),
            setting: ["plans", "oneplan", "key"],
            configuration: plans.oneplan.key.secret,
            resource: keyNames.own,
            forSyncs: true,
          },
        ]
      : []),
    ...(plans?.organizations ?? []).flatMap(({ name, url, token }, index) =>
      token
        ? [
            {
              name: keyNames.token(name),
              product: "Azure DevOps",
              keyName: name,
              expires: token.expires,
              setting: ["plans", "organizations", index, "token"],
              configuration: token.secret,
              resource: keyNames.token(name),
              forSyncs: true,
              ...(url === undefined && { avoidable: avoidable() }),
            },
          ]
        : [],
    ),
  ],
  outputs: (settings: WithOnePlan, { vaultSecrets }) => outputs(settings, vaultSecrets),
  sheets: plansSheets,
});

import type { PlansOutputs } from "../../contract/outputs/plans.ts";

/** One organization whose epics are plans. */
export const deployedPlans: PlansOutputs = {
  ...{ baseUrl: "https://my.oneplan.ai", keyName: "tenantwire", keyVaultSecret: "oneplan-key" },
  organizations: [
    {
      ...{ name: "contoso", url: "https://dev.azure.com/contoso", projects: ["Web"], planTypes: ["Epic"] },
      ...{ taskTypes: [], outsideIterations: true, createWorkItems: false, notifications: false },
      ...{ nestedInItself: "nearest", skippedLevel: "nearest", parentOutOfScope: "top" },
      ...{ planFields: [], taskFields: [] },
    },
  ],
};

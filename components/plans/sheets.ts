import type { Outputs } from "../../contract/outputs.ts";
import { type Field, givenField, type Sheet } from "../../contract/sheet.ts";
import { command } from "../../contract/this-stack.ts";

type Organization = NonNullable<Outputs["integrations"]["plans"]>["organizations"][number];

/** What the sync has to find in Azure DevOps and in OnePlan: a page for each organization. */
export function plansSheets(outputs: Outputs): Sheet[] {
  return (outputs.integrations.plans?.organizations ?? []).map((organization) => {
    const { name, buttonName, planTypes, projectPlanType } = organization;
    const types = [...(projectPlanType === undefined ? [] : [projectPlanType]), ...planTypes];
    return {
      name: `plans-${name.toLowerCase()}`,
      title: `Plans and work items: ${name}`,
      where: "Azure DevOps > Organization settings; OnePlan > Admin",
      parts: [
        { title: "Azure DevOps", fields: wayIn(outputs, organization) },
        {
          title: "OnePlan",
          fields: [
            { label: "Plan types that have to be there", value: types.join(", ") },
            ...(buttonName === undefined ? [] : [{ label: "Button Name", value: buttonName }]),
          ],
        },
      ],
      further: [
        `Names of plan types are compared letter by letter. ${command("plans check")} tells what does not agree.`,
      ],
    };
  });
}

function wayIn(outputs: Outputs, { url, projects, tokenVaultSecret }: Organization): Field[] {
  const address = { label: "Organization", value: url };
  if (tokenVaultSecret !== undefined) {
    return [
      address,
      givenField("Personal access token", outputs, tokenVaultSecret),
      {
        label: "Scopes of the token",
        value: "Work Items: Read & write; Project and Team: Read; this organization only",
      },
    ];
  }
  const { principalId, clientId } = outputs.syncIdentity ?? {};
  const registration = outputs.registrations.find((each) => each.clientId === clientId);
  return [
    address,
    { label: "Users > Add users", value: registration?.displayName ?? "the sync identity" },
    { label: "Object id of its service principal", value: principalId ?? "" },
    { label: "Access level", value: "Basic" },
    { label: "Add to projects", value: projects.join(", ") },
    { label: "Group", value: "Project Contributors" },
  ];
}

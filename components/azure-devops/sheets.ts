import type { Outputs } from "../../contract/outputs.ts";
import { type Field, givenField, registrationNamed, secretField, type Sheet } from "../../contract/sheet.ts";

/** The vendor's guide "OnePlan Plans and Azure DevOps", a form for each organization. */
export function azureDevOpsSheets(outputs: Outputs): Sheet[] {
  const form = outputs.integrations.azureDevOps;
  if (!form) return [];
  const principal = form.registration === undefined ? undefined : registrationNamed(outputs, form.registration);
  const hasSecret = outputs.credentials.secrets.some(
    ({ clientId, kind }) => clientId === principal?.clientId && kind === undefined,
  );
  return form.organizations.map(({ name, buttonName, tokenVaultSecret }) => {
    const signIn: Field[] =
      tokenVaultSecret !== undefined
        ? [givenField("Personal access token", outputs, tokenVaultSecret)]
        : [
            { label: "Tenant ID", value: outputs.tenant.id },
            { label: "Client ID", value: principal?.clientId ?? "" },
            ...(principal && hasSecret ? [secretField("Client secret", outputs, principal)] : []),
          ];
    return {
      name: `azure-devops-${name.toLowerCase()}`,
      title: `OnePlan and Azure DevOps: ${name}`,
      where: "OneConnect > Integrations > Azure DevOps",
      parts: [
        {
          title: "Azure DevOps",
          fields: [
            { label: "Organization", value: `https://dev.azure.com/${name}` },
            ...signIn,
            ...(buttonName === undefined ? [] : [{ label: "Button Name", value: buttonName }]),
          ],
        },
      ],
      further:
        principal && tokenVaultSecret === undefined
          ? [
              `An administrator of ${name} adds the service principal ${principal.displayName} (object id ${principal.principalId}) ` +
                `under Organization settings > Users, with a licence and rights in the projects.`,
            ]
          : [
              "The token needs at least: Identity (read and manage), Work Items (read, write and manage), for this organization only.",
            ],
    };
  });
}

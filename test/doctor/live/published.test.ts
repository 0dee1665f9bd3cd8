/** Every property that Microsoft publishes of the two objects is compared, or there is a sentence why it is not. */
import { expect, it } from "@jest/globals";
import { notCompared, propertiesAt } from "../../../doctor/connectors/objects.ts";
import { graphModel } from "../../../sandbox/data/graph-model.ts";

/** Read beside the objects: see `read.ts`. */
const links = {
  application: ["federatedIdentityCredentials", "owners"],
  servicePrincipal: ["appRoleAssignments", "oauth2PermissionGrants", "owners", "transitiveMemberOf"],
};

it.each(["application", "servicePrincipal"] as const)("%s", (type) => {
  const { properties, links: related = {} } = graphModel.types[type] ?? { properties: {} };
  const { application, principal } = propertiesAt("graph.microsoft.com");
  const read = [...(type === "application" ? application : principal).split(","), ...links[type]];
  const published = [...Object.keys(properties), ...Object.keys(related)];
  const known = [...read, ...Object.keys(notCompared[type])];

  expect(known.toSorted()).toEqual(published.toSorted());
});

it("other clouds are asked for nothing that only the global model has", () => {
  expect(propertiesAt("microsoftgraph.chinacloudapi.cn").application).not.toContain("isDisabled");
});

import { text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { domainType, organizationType } from "./entities.ts";
import { notFound } from "./errors.ts";
import { fixedSource, listBody } from "./list.ts";
import { entityBody } from "./render.ts";

export const tenantRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/organization",
    options: ["$select"],
    handle: (call) => listBody(call, fixedSource([organization(call)]), organizationType),
  },
  {
    method: "GET",
    path: "/organization/:id",
    options: ["$select"],
    handle: (call) => ok(entityBody(call, only(call, [organization(call)]), organizationType)),
  },
  {
    method: "GET",
    path: "/domains",
    options: ["$select", "$top"],
    handle: (call) => listBody(call, fixedSource(domains(call)), domainType),
  },
  {
    method: "GET",
    path: "/domains/:id",
    options: ["$select"],
    handle: (call) => ok(entityBody(call, only(call, domains(call)), domainType)),
  },
];

function only(call: Call, objects: readonly DirectoryObject[]): DirectoryObject {
  const id = call.param("id");
  const found = objects.find((each) => each.id === id.toLowerCase());
  if (!found) throw notFound(id);
  return found;
}

function domains(call: Call): DirectoryObject[] {
  return call.directory.data.domains.map((domain) => ({ ...domain }));
}

function organization(call: Call): DirectoryObject {
  const { tenant } = call.world;
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    countryLetterCode: "US",
    createdDateTime: "2012-01-02T08:00:00Z",
    preferredLanguage: "en",
    technicalNotificationMails: [`admin@${tenant.mailDomain}`],
    verifiedDomains: domains(call).map((domain): Json => ({
      capabilities: "Email, OfficeCommunicationsOnline",
      isDefault: domain["isDefault"] ?? false,
      isInitial: domain["isInitial"] ?? false,
      name: text(domain, "id"),
      type: "Managed",
    })),
  };
}

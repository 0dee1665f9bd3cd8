/** Rules about who signs in to a registration, and where they are sent. @packageDocumentation */
import { redirectUriFaults } from "../redirect-uris.ts";
import { inEach, type Rule } from "./rule.ts";

export const redirectUris: Rule = {
  id: "redirect-uris",
  level: "mandatory",
  title: "Redirect URIs are exact",
  docs: "Redirect URIs: https:// (http:// on localhost only) and at most 256 plain characters of ASCII; no blank, user's name before the host, wildcard or fragment; none twice, 256 at most. A deployment refuses the same, whatever the level and the exceptions.",
  find: inEach(({ name, setting, redirectUris: uris }) =>
    redirectUriFaults(uris).map(({ uri, text }) => ({
      registration: name,
      ...(uri !== undefined && { subject: uri }),
      path: [...setting, "redirectUris"],
      text,
    })),
  ),
};

export const singleTenant: Rule = {
  id: "single-tenant",
  level: "mandatory",
  title: "Only people of this tenant sign in",
  docs: "Registrations with audience: multipleTenants. Write singleTenant, or an exception with its reason.",
  find: inEach(({ name, setting, audience }) => {
    if (audience === "singleTenant") return [];
    const text =
      "People of every other tenant can sign in too. Write audience: singleTenant, or an exception with its reason.";
    return [{ registration: name, path: [...setting, "audience"], text }];
  }),
};

export const implicitGrant: Rule = {
  id: "implicit-grant",
  level: "mandatory",
  title: "No implicit grant",
  docs: "Registrations that hand tokens to browsers in addresses. Judged by a review that asks the directory (-s <stack>, or --directory): no setting tells it. Switch it off.",
  find: ({ registrations }) => {
    if (registrations.every((registration) => registration.implicitGrant === undefined)) return undefined;
    return registrations
      .filter((registration) => registration.implicitGrant === true)
      .map(({ name, setting }) => ({
        registration: name,
        path: setting,
        text: "The registration hands tokens to browsers in addresses (implicit grant), where they stay in histories and logs. Switch that off: Entra > App registrations > Authentication.",
      }));
  },
};

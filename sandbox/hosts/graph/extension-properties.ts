/**
 * Directory extensions: properties that an application registers for users. Entra Connect makes those of Active
 * Directory's attributes, such as `pager`, under "Tenant Schema Extension App" (documented).
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { list, text } from "../../directory/model.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok, requiredText } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { type EntityType, type Property, userType } from "./entities.ts";
import { notFound, notHere } from "./errors.ts";
import { find, findOwned } from "./lookup.ts";

/** Where an application keeps them; no answer shows it. */
const KEPT = "extensionProperties";
const path = "/applications/:id/extensionProperties";

type ExtensionProperty = DirectoryObject & { readonly name: string };

export const extensionPropertyRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    handle(call) {
      const value = extensionsOf(find(call, call.directory.applications));
      return ok({ "@odata.context": contextOf(call), value });
    },
  },
  {
    method: "POST",
    path,
    handle(call) {
      const application = findOwned(call, call.directory.applications);
      const body = bodyOf(call);
      const dataType = requiredText(body, "dataType");
      if (dataType !== "String") throw notHere(`extension properties of the data type ${dataType}`);
      // Documented: extension_{appId without hyphens}_{name}.
      const name = `extension_${text(application, "appId").replaceAll("-", "")}_${requiredText(body, "name")}`;
      const extension: ExtensionProperty = {
        ...{ id: randomUUID(), deletedDateTime: null, name, dataType: "String", isMultiValued: false },
        ...{ appDisplayName: text(application, "displayName"), isSyncedFromOnPremises: false, targetObjects: ["User"] },
      };
      call.directory.applications.change(application, { [KEPT]: [...extensionsOf(application), extension] });
      return created({ "@odata.context": `${contextOf(call)}/$entity`, ...extension });
    },
  },
  {
    method: "DELETE",
    path: `${path}/:extensionId`,
    handle(call) {
      const application = findOwned(call, call.directory.applications);
      const rest = extensionsOf(application).filter(({ id }) => id !== call.param("extensionId"));
      if (rest.length === extensionsOf(application).length) throw notFound(call.param("extensionId"));
      call.directory.applications.change(application, { [KEPT]: rest });
      return noContent;
    },
  },
];

/** A property of the type, or one that an application of the tenant registered for it. */
export function propertyOf(call: Call, type: EntityType, name: string): Property | undefined {
  const known = type.properties.get(name);
  if (known || type !== userType || !name.startsWith("extension_")) return known;
  const registered = [...call.directory.applications.values()].some((application) =>
    extensionsOf(application).some((extension) => extension.name === name),
  );
  return registered ? { initial: null, shown: false, readOnly: false, beta: false } : undefined;
}

function contextOf(call: Call): string {
  return `${call.root}/$metadata#applications('${call.param("id")}')/extensionProperties`;
}

function extensionsOf(application: DirectoryObject): ExtensionProperty[] {
  return [...list<ExtensionProperty>(application, KEPT)];
}

import { directory } from "../directory/index.ts";
import type { DirectoryObject } from "../directory/model.ts";
import type { World } from "../world.ts";
import { mirrored } from "./graph/applications.ts";

/** Documented: consent makes the service principal of an application that the tenant does not know yet; nobody owns it. */
export function instantiate(world: World, registration: DirectoryObject): DirectoryObject {
  return directory(world).registrations.createServicePrincipal(registration, mirrored(registration), []);
}

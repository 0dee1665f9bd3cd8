/** An answer of ARM that is no success, in ARM's own words. */
export class ArmError extends Error {
  override name = "ArmError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Seen: ARM's answer to a caller without the right. */
export function authorizationFailed(appId: string, objectId: string, action: string, scope: string): ArmError {
  return new ArmError(
    403,
    "AuthorizationFailed",
    `The client '${appId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** Seen: a resource that is not there. */
export function resourceNotFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** Seen: a resource group that is not there. */
export function groupNotFound(name: string): ArmError {
  return new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}

/** What Azure has and the stand-in has not: it says so itself, so that nobody takes it for Azure's own answer. */
export function notHere(what: string): ArmError {
  return new ArmError(501, "NotImplemented", `The stand-in tenant does not have ${what}; Azure does.`);
}

export function badRequest(message: string): ArmError {
  return new ArmError(400, "BadRequest", message);
}

import type { ErrorBody } from "../../faults/bodies.ts";

/** A refusal of Azure DevOps, in the body that its REST API has for all of them (documented). */
export class AzureDevOpsError extends Error {
  override name = "AzureDevOpsError";
  readonly status: number;
  /** E.g. `UnauthorizedRequestException`. */
  readonly typeKey: string;
  /** What the body tells beside the words, e.g. `RuleValidationErrors` (reported). */
  readonly customProperties: object | undefined;

  constructor(status: number, typeKey: string, message: string, customProperties?: object) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
    this.customProperties = customProperties;
  }

  body(): object {
    return {
      ...bodyOf(this.typeKey, this.message),
      ...(this.customProperties && { customProperties: this.customProperties }),
    };
  }
}

/** Assumed: code and words. */
export function organizationNotFound(name: string): AzureDevOpsError {
  return new AzureDevOpsError(404, "HostDoesNotExistException", `VS800075: The organization '${name}' does not exist.`);
}

/** Reported: somebody who signed in and was never added. */
export function notAuthorized(id: string): AzureDevOpsError {
  return new AzureDevOpsError(
    401,
    "UnauthorizedRequestException",
    `TF400813: The user '${id}' is not authorized to access this resource.`,
  );
}

export function invalidArgument(message: string): AzureDevOpsError {
  return new AzureDevOpsError(400, "ArgumentException", message);
}

/** Reported: an address that nothing answers. */
export function noController(path: string): AzureDevOpsError {
  return new AzureDevOpsError(
    404,
    "HttpException",
    `The controller for path '${path}' was not found or does not implement IController.`,
  );
}

export function projectNotFound(name: string): AzureDevOpsError {
  const message = `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`;
  return new AzureDevOpsError(404, "ProjectDoesNotExistWithNameException", message);
}

/** For faults: 203 is the page for signing in (reported; its text assumed), 429 in the words of the published rate limits, others assumed. */
export function azureDevOpsError(status: number): ErrorBody {
  if (status === 203) {
    return {
      contentType: "text/html; charset=utf-8",
      body: "<!DOCTYPE html><title>Azure DevOps Services | Sign In</title>",
    };
  }
  const message =
    status === 429
      ? "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource."
      : "TF400898: An Internal Error Occurred.";
  return {
    contentType: "application/json; charset=utf-8",
    body: JSON.stringify(bodyOf("VssServiceException", message)),
  };
}

function bodyOf(typeKey: string, message: string): object {
  return {
    $id: "1",
    innerException: null,
    message,
    typeName: `Microsoft.VisualStudio.Services.Common.${typeKey}, Microsoft.VisualStudio.Services.Common`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
  };
}

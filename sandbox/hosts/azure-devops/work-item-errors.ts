/**
 * How work item tracking refuses: the codes and words are reported by its users, statuses too unless they say assumed.
 *
 * @packageDocumentation
 */
import { AzureDevOpsError } from "./errors.ts";
import type { Field } from "./fields.ts";

export function itemNotFound(id: number): AzureDevOpsError {
  const message = `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`;
  return new AzureDevOpsError(404, "WorkItemUnauthorizedAccessException", message);
}

export function typeNotFound(type: string, project: string): AzureDevOpsError {
  const message = `VS402323: Work item type ${type} does not exist in project ${project} or you do not have permission to access it.`;
  return new AzureDevOpsError(404, "WorkItemTypeNotFoundException", message);
}

export function fieldNotFound(name: string): AzureDevOpsError {
  return new AzureDevOpsError(
    400,
    "WorkItemTrackingFieldDefinitionNotFoundException",
    `TF51535: Cannot find field ${name}.`,
  );
}

/** E.g. `ReadOnly`, `InvalidType`, `InvalidTooLong` (the last is assumed). */
export function invalidField(field: Field, status: string): AzureDevOpsError {
  const message = `TF401326: Invalid field status '${status}' for field '${field.referenceName}'.`;
  return new AzureDevOpsError(400, "WorkItemFieldInvalidException", message);
}

export function ruleBroken(field: Field, flags: string): AzureDevOpsError {
  const message = `TF401320: Rule Error for field ${field.name}. Error code: ${flags}.`;
  return new AzureDevOpsError(400, "RuleValidationException", message, {
    RuleValidationErrors: [
      { fieldReferenceName: field.referenceName, fieldStatusFlags: flags, errorMessage: message, fieldStatusCode: 0 },
    ],
  });
}

export function invalidPath(id: number, field: Field): AzureDevOpsError {
  const message = `TF401347: Invalid tree name given for work item ${id}, field '${field.referenceName}'.`;
  return new AzureDevOpsError(400, "WorkItemInvalidTreeNameException", message);
}

/** Assumed: the words' beginning; the rest is what people quote. */
export function unknownIdentity(field: Field, value: string): AzureDevOpsError {
  const message = `The identity value '${value}' for field '${field.name}' is an unknown identity.`;
  return new AzureDevOpsError(400, "WorkItemFieldInvalidException", message);
}

export function parentIsNoField(): AzureDevOpsError {
  return new AzureDevOpsError(
    400,
    "WorkItemFieldInvalidException",
    "TF26194: unable to change the value of the 'Parent' field.",
  );
}

export function changedMeanwhile(path: string, is: unknown, expected: unknown): AzureDevOpsError {
  const message = `VS403351: Test Operation for path ${path} failed, value ${shown(is)} was not equal to test value ${shown(expected)}.`;
  return new AzureDevOpsError(412, "TestPatchOperationFailedException", message);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function onlyOneParent(name: string, id: number, target: number): AzureDevOpsError {
  const message = `TF201036: You cannot add a ${name} link between work items ${id} and ${target} because a work item can have only one Parent link.`;
  return new AzureDevOpsError(400, "WorkItemLinkInvalidException", message);
}

export function circular(name: string, id: number, target: number): AzureDevOpsError {
  const message = `TF201035: Adding a ${name} link to work item ${target} from work item ${id} would result in a circular relationship. To create this link, evaluate the existing links, and remove one of the other links in the cycle.`;
  return new AzureDevOpsError(400, "WorkItemLinkInvalidException", message);
}

export function linkExists(name: string, id: number, target: number): AzureDevOpsError {
  const message = `VS403641: A ${name} link between work items ${id} and ${target} exists already.`;
  return new AzureDevOpsError(400, "WorkItemLinkInvalidException", message);
}

export function tooManyLinks(limit: number): AzureDevOpsError {
  const message = `Cannot add a new link because one of work items being linked will exceed ${limit} link limit.`;
  return new AzureDevOpsError(400, "WorkItemLinksLimitExceededException", message);
}

/** Documented: 500 and the words ("Work Item Revision Limits", Azure DevOps Blog, 2 June 2022). The type is assumed. */
export function tooManyRevisions(id: number, revisions: number, limit: number): AzureDevOpsError {
  const message = `Work item ${id} has ${revisions} revisions, but currently, when updating via the API, only work items with up to ${limit} revisions are supported.`;
  return new AzureDevOpsError(500, "WorkItemRevisionLimitExceededException", message);
}

/** Assumed: words. */
export function badPatch(message: string): AzureDevOpsError {
  return new AzureDevOpsError(400, "VssPropertyValidationException", message);
}

export function needsFullAddress(): AzureDevOpsError {
  return badPatch("Linking to a work item requires the full URL.");
}

export function tooManyResults(limit: number): AzureDevOpsError {
  const message = `VS402337: The number of work items returned exceeds the size limit of ${limit}. Change the query to return fewer items.`;
  return new AzureDevOpsError(400, "WorkItemTrackingQueryResultSizeLimitExceededException", message);
}

export function tooManyIds(count: number, limit: number): AzureDevOpsError {
  const message = `VS403474: You requested ${count} work items which exceeds the limit of ${limit}. Reduce the number of work items requested and try again.`;
  return new AzureDevOpsError(400, "WorkItemPageSizeExceededException", message);
}

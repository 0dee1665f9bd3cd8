/** Where a client finds a resource: what `OPTIONS` of an area answers (seen: azure-devops-node-api 17.0.1). */
export interface Location {
  readonly id: string;
  readonly area: string;
  readonly resourceName: string;
  readonly routeTemplate: string;
  readonly resourceVersion: number;
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly releasedVersion: string;
}

/** Is there no released version, so that `-preview` must be said (documented)? */
type Stage = "released" | "preview";

function location(id: string, area: string, resourceName: string, routeTemplate: string, stage: Stage): Location {
  return {
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion: 1,
    minVersion: "1.0",
    maxVersion: "7.2",
    releasedVersion: stage === "released" ? "7.1" : "0.0",
  };
}

/** The place of a resource of a project, or of a team in it, which can be left out. */
const PROJECT = "{project}/_apis/{area}";

export const locations: readonly Location[] = [
  location("e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}", "preview"),
  location("00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}", "preview"),
  location("603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "_apis/{resource}/{*projectId}", "released"),
  location(
    "d30a3dd1-f8ba-442a-b86a-bd0c0c383e59",
    "core",
    "teams",
    "_apis/projects/{projectId}/teams/{*teamId}",
    "released",
  ),
  location(
    "93878975-88c5-4e6a-8abb-7ddd77a8a7d8",
    "core",
    "processes",
    "_apis/process/processes/{processId}",
    "released",
  ),
  ...wit([
    ["72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", "workItems", "{resource}/{id}", 3],
    ["62d3d110-0047-428c-ad3c-4fe872c91c74", "workItems", "{resource}/${type}", 3],
    ["908509b6-4248-4475-a1cd-829139ba419f", "workItemsBatch", "{resource}"],
    ["a00c85a5-80fa-4565-99c3-bcd2181434bb", "revisions", "workItems/{id}/{resource}/{revisionNumber}", 3],
    ["6570bf97-d02c-4a91-8d93-3abe9895b1a9", "updates", "workItems/{id}/{resource}/{updateNumber}", 3],
    ["608aac0a-32e1-4493-a863-b9cf4566d257", "comments", "workItems/{workItemId}/{resource}/{commentId}", 4, "preview"],
    ["e07b5fa4-1499-494d-a496-64b860fd64ff", "attachments", "{resource}/{id}", 3],
    ["b70d8d39-926c-465e-b927-b1bf0e5ca0e0", "recycleBin", "{resource}/{id}", 2],
    ["1a9c53f7-f243-4447-b110-35ef023636e4", "wiql", "{resource}", 2],
    ["f828fe59-dd87-495d-a17c-7a8d6211ca6c", "workItemRevisions", "reporting/{resource}", 2],
    ["b5b5b6d0-0308-40a1-b3f4-b9bb3c66878f", "workItemLinks", "reporting/{resource}", 3],
    ["a70579d1-f53a-48ee-a5be-7be8659023b9", "classificationNodes", "{resource}", 2],
    ["5a172953-1b41-49d3-840a-33f79c3ce89f", "classificationNodes", "{resource}/{structureGroup}/{*path}", 2],
    ["b51fd764-e5c2-4b9b-aaf7-3395cf4bdd94", "fields", "{resource}/{fieldNameOrRefName}", 3],
    ["7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa", "workItemTypes", "{resource}/{type}", 2],
    ["bd293ce5-3d25-4192-8e67-e8092e879efb", "fields", "workItemTypes/{type}/{resource}/{field}", 3],
    ["7c9d7a76-4a09-43e8-b5df-bd792f4ac6aa", "states", "workItemTypes/{type}/{resource}"],
    ["9b9f5734-36c8-415e-ba67-f83b45c31408", "workItemTypeCategories", "{resource}/{category}", 2],
    ["f5d33bc9-5b49-4a3c-a9bd-f3cd46dd2165", "workItemRelationTypes", "{resource}/{relation}", 2],
  ]),
  location(
    "7799f497-3cb5-4f16-ad4f-5cd06012db64",
    "work",
    "backlogConfiguration",
    `{project}/{team}/_apis/{area}/{resource}`,
    "released",
  ),
  location("f901ba42-86d2-4b0c-89c1-3f86d06daa84", "work", "processConfiguration", `${PROJECT}/{resource}`, "released"),
];

type Row = readonly [id: string, resourceName: string, route: string, resourceVersion?: number, stage?: Stage];

/** Read: ids of azure-devops-node-api 17.0.1. A project that is not named leaves its place empty. */
function wit(rows: readonly Row[]): Location[] {
  return rows.map(([id, resourceName, route, resourceVersion = 1, stage = "released"]) => ({
    ...location(id, "wit", resourceName, `${PROJECT}/${route}`, stage),
    resourceVersion,
  }));
}

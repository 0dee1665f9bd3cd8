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

export const locations: readonly Location[] = [
  location("e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}", "preview"),
  location("00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}", "preview"),
  location("603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "_apis/{resource}/{*projectId}", "released"),
];

/**
 * Kinds of links between work items (published: GET workItemRelationTypes).
 *
 * @packageDocumentation
 */
export interface LinkType {
  /** Without direction. */
  readonly type: string;
  /** Names of the two ends; the same where a link has no direction. */
  readonly forward: string;
  readonly reverse: string;
  readonly topology: "tree" | "dependency" | "network";
}

export const linkTypes: readonly LinkType[] = [
  { type: "System.LinkTypes.Hierarchy", forward: "Child", reverse: "Parent", topology: "tree" },
  { type: "System.LinkTypes.Related", forward: "Related", reverse: "Related", topology: "network" },
  { type: "System.LinkTypes.Dependency", forward: "Successor", reverse: "Predecessor", topology: "dependency" },
  { type: "System.LinkTypes.Duplicate", forward: "Duplicate", reverse: "Duplicate Of", topology: "tree" },
  { type: "Microsoft.VSTS.Common.TestedBy", forward: "Tested By", reverse: "Tests", topology: "dependency" },
  {
    type: "Microsoft.VSTS.TestCase.SharedStepReferencedBy",
    forward: "Test Case",
    reverse: "Shared Steps",
    topology: "dependency",
  },
  { type: "Microsoft.VSTS.Common.Affects", forward: "Affects", reverse: "Affected By", topology: "dependency" },
];

/** One end of a link between work items. */
export interface LinkEnd {
  readonly linkType: LinkType;
  readonly isForward: boolean;
  /** Reference name of the end, e.g. `System.LinkTypes.Hierarchy-Reverse`. */
  readonly rel: string;
  readonly name: string;
  readonly opposite: string;
}

function endsOf(linkType: LinkType): LinkEnd[] {
  const { type, forward, reverse, topology } = linkType;
  if (topology === "network") return [{ linkType, isForward: true, rel: type, name: forward, opposite: type }];
  return [
    { linkType, isForward: true, rel: `${type}-Forward`, name: forward, opposite: `${type}-Reverse` },
    { linkType, isForward: false, rel: `${type}-Reverse`, name: reverse, opposite: `${type}-Forward` },
  ];
}

export const linkEnds: readonly LinkEnd[] = linkTypes.flatMap(endsOf);

/** What a relation may be beside a link to a work item (published). */
export const resourceLinks: readonly string[] = ["AttachedFile", "Hyperlink", "ArtifactLink"];

const ends = new Map(linkEnds.map((end) => [end.rel.toLowerCase(), end]));

export function linkEnd(rel: string): LinkEnd | undefined {
  return ends.get(rel.toLowerCase());
}

/** How the published list tells of an end. */
export function endAttributes({ linkType: { topology }, isForward, opposite }: LinkEnd): object {
  return {
    usage: "workItemLink",
    editable: true,
    enabled: true,
    acyclic: topology !== "network",
    directional: topology !== "network",
    singleTarget: topology !== "tree" || !isForward,
    topology,
    isForward,
    oppositeEndReferenceName: opposite,
  };
}

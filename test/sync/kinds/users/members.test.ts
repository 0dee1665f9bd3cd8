import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  applyEdge,
  type Edge,
  edgesOf,
  type GroupChange,
  type MemberGraph,
  reach,
} from "../../../../sync/kinds/users/members.ts";

function graphOf(edges: readonly Edge[]): MemberGraph {
  const graph: MemberGraph = new Map();
  for (const edge of edges) applyEdge(graph, edge);
  return graph;
}

describe("reach", () => {
  it.each<[string, readonly Edge[], string[], string[]]>([
    ["a group without members", [], [], ["a"]],
    [
      "direct members",
      [
        ["a", "u1", "user"],
        ["a", "u2", "user"],
      ],
      ["u1", "u2"],
      ["a"],
    ],
    [
      "members of members",
      [
        ["a", "b", "group"],
        ["b", "c", "group"],
        ["c", "u1", "user"],
      ],
      ["u1"],
      ["a", "b", "c"],
    ],
    [
      "groups that contain each other",
      [
        ["a", "b", "group"],
        ["b", "a", "group"],
        ["b", "u1", "user"],
      ],
      ["u1"],
      ["a", "b"],
    ],
    [
      "a group that contains itself",
      [
        ["a", "a", "group"],
        ["a", "u1", "user"],
      ],
      ["u1"],
      ["a"],
    ],
    [
      "somebody who is a member twice",
      [
        ["a", "u1", "user"],
        ["a", "b", "group"],
        ["b", "u1", "user"],
      ],
      ["u1"],
      ["a", "b"],
    ],
    [
      "other groups are left out",
      [
        ["a", "u1", "user"],
        ["z", "u2", "user"],
      ],
      ["u1"],
      ["a"],
    ],
    [
      "what was taken away is gone",
      [
        ["a", "b", "group"],
        ["b", "u1", "user"],
        ["a", "b", "none"],
      ],
      [],
      ["a"],
    ],
  ])("%s", (_, edges, users, groups) => {
    const reached = reach(graphOf(edges), ["a"]);

    expect([...reached.users].sort()).toEqual(users);
    expect([...reached.groups].sort()).toEqual(groups);
  });

  const group = fc.constantFrom("a", "b", "c", "d", "e");
  const edge = fc.oneof(
    fc.tuple(group, fc.constantFrom("u1", "u2", "u3"), fc.constantFrom("user" as const, "none" as const)),
    fc.tuple(group, group, fc.constantFrom("group" as const, "none" as const)),
  );

  it("is what following every path by hand gives, whatever the groups look like", () => {
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 30 }), fc.uniqueArray(group, { minLength: 1 }), (edges, roots) => {
        const graph = graphOf(edges);

        const walk = (at: string, path: readonly string[]): string[] =>
          path.includes(at)
            ? []
            : [...(graph.get(at) ?? [])].flatMap(([member, kind]) =>
                kind === "user" ? [member] : walk(member, [...path, at]),
              );
        const expected = new Set(roots.flatMap((root) => walk(root, [])));

        expect(reach(graph, roots).users).toEqual(expected);
      }),
    );
  });

  it("does not depend on whether changes are applied once or twice", () => {
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 30 }), (edges) => {
        // What counts is the last word on each membership.
        const last = [...new Map(edges.map((each) => [`${each[0]} ${each[1]}`, each])).values()];
        expect(reach(graphOf([...last, ...last]), ["a"])).toEqual(reach(graphOf(edges), ["a"]));
      }),
    );
  });
});

describe("edgesOf", () => {
  const user = "#microsoft.graph.user";
  it.each<[string, GroupChange, Edge[]]>([
    ["a new user", { id: "a", "members@delta": [{ "@odata.type": user, id: "u1" }] }, [["a", "u1", "user"]]],
    [
      "a new group",
      { id: "a", "members@delta": [{ "@odata.type": "#microsoft.graph.group", id: "b" }] },
      [["a", "b", "group"]],
    ],
    [
      "a device is no member that counts",
      { id: "a", "members@delta": [{ "@odata.type": "#microsoft.graph.device", id: "d" }] },
      [],
    ],
    [
      "a member that left",
      { id: "a", "members@delta": [{ "@odata.type": user, id: "u9", "@removed": { reason: "deleted" } }] },
      [["a", "u9", "none"]],
    ],
    [
      "a member that left and is not said to be anything",
      { id: "a", "members@delta": [{ id: "u9", "@removed": { reason: "deleted" } }] },
      [["a", "u9", "none"]],
    ],
    ["nothing about members", { id: "a" }, []],
    [
      "a group that is gone takes both directions with it",
      { id: "b", "@removed": { reason: "changed" } },
      [
        ["b", "u9", "none"],
        ["a", "b", "none"],
      ],
    ],
  ])("%s", (_, change, edges) => {
    expect(
      edgesOf(
        change,
        graphOf([
          ["a", "b", "group"],
          ["b", "u9", "user"],
        ]),
      ),
    ).toEqual(edges);
  });

  it("refuses to guess what a member is", () => {
    expect(() => edgesOf({ id: "a", "members@delta": [{ id: "x" }] }, new Map())).toThrow(
      "Microsoft Graph did not say what the member x of group a is.",
    );
  });
});

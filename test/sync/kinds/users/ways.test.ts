import { describe, expect, it } from "@jest/globals";
import { wayTo } from "../../../../sync/kinds/users/members.ts";
import { applyEdge, type Edge, type MemberGraph } from "../../../../sync/kinds/users/members.ts";

describe("wayTo", () => {
  it.each<[string, readonly Edge[], readonly string[] | undefined]>([
    ["a direct member", [["a", "u", "user"]], ["a"]],
    [
      "a member of a member",
      [
        ["a", "b", "group"],
        ["b", "c", "group"],
        ["c", "u", "user"],
      ],
      ["a", "b", "c"],
    ],
    [
      "the shorter of two ways",
      [
        ["a", "b", "group"],
        ["b", "c", "group"],
        ["c", "u", "user"],
        ["a", "d", "group"],
        ["d", "u", "user"],
      ],
      ["a", "d"],
    ],
    [
      "groups that contain each other",
      [
        ["a", "b", "group"],
        ["b", "a", "group"],
        ["b", "u", "user"],
      ],
      ["a", "b"],
    ],
    [
      "nobody, though groups contain each other",
      [
        ["a", "b", "group"],
        ["b", "a", "group"],
        ["z", "u", "user"],
      ],
      undefined,
    ],
    ["a group of that id is no user", [["a", "u", "group"]], undefined],
  ])("%s", (_, edges, way) => {
    const graph: MemberGraph = new Map();
    for (const edge of edges) applyEdge(graph, edge);

    expect(wayTo(graph, "a", "u")).toEqual(way);
  });
});

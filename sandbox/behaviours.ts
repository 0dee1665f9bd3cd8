/**
 * Switches for what nobody outside the vendors knows for sure, and for what a directory does at its worst: by system,
 * changed while the stand-in runs.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { graphFaults } from "./directory/faults.ts";
import type { GraphFaults } from "./directory/faults.ts";
import { Propagation, propagation } from "./directory/propagation.ts";
import { RoomsBehaviour, roomsBehaviour } from "./directory/rooms-behaviour.ts";
import { AzureDevOpsBehaviour, azureDevOpsBehaviour } from "./hosts/azure-devops/behaviour.ts";
import { OneplanBehaviour, oneplanBehaviour } from "./hosts/oneplan/behaviour.ts";
import type { World } from "./world.ts";

const GraphBehaviour = z.strictObject({
  lagMilliseconds: z.number().nonnegative(),
  lagReads: z.int().nonnegative(),
  deltaTokensExpiredBefore: z.iso.datetime().nullable(),
  expiredDeltaToken: z.literal([410, 400]),
  emptyDeltaPages: z.int().nonnegative(),
  membersListed: z.int().nonnegative().nullable(),
  countedMembers: z.literal(["whole", "short", 400, 403, 404, 501]),
  memberIndexBehind: z.int().nonnegative(),
}) satisfies z.ZodType<GraphFaults>;

const Changes = z.strictObject({
  oneplan: OneplanBehaviour.partial().optional(),
  graph: GraphBehaviour.partial().optional(),
  rooms: RoomsBehaviour.partial().optional(),
  propagation: Propagation.partial().optional(),
  azureDevOps: AzureDevOpsBehaviour.partial().optional(),
});

export interface Behaviours {
  readonly oneplan: OneplanBehaviour;
  readonly graph: GraphFaults;
  readonly rooms: RoomsBehaviour;
  readonly propagation: Propagation;
  readonly azureDevOps: AzureDevOpsBehaviour;
}

export function listBehaviours(world: World): Behaviours {
  return {
    oneplan: oneplanBehaviour(world),
    graph: graphFaults(world),
    rooms: roomsBehaviour(world),
    propagation: propagation(world),
    azureDevOps: azureDevOpsBehaviour(world),
  };
}

/**
 * @param changes by system, e.g. `{"oneplan": {"inactivate": "ignore"}}`
 * @throws ZodError for a switch or a value that does not exist
 */
export function changeBehaviours(world: World, changes: unknown): Behaviours {
  const { oneplan, graph, rooms, propagation: times, azureDevOps } = Changes.parse(changes);
  Object.assign(oneplanBehaviour(world), oneplan);
  Object.assign(graphFaults(world), graph);
  Object.assign(roomsBehaviour(world), rooms);
  Object.assign(propagation(world), times);
  Object.assign(azureDevOpsBehaviour(world), azureDevOps);
  return listBehaviours(world);
}

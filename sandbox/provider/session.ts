/**
 * What one connection of an engine was configured with. Every engine run and every explicit provider dials anew, so
 * nothing of it may be shared (seen: parallel stacks would mix their tenants).
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { type Arm, createArm } from "./azure-native/arm.ts";
import { createGraph, type Graph } from "./azuread/graph.ts";
import type { Http } from "./http.ts";
import { type Credentials, createIdentity, type Identity } from "./identity.ts";
import { type Properties, text } from "./json.ts";

export interface Session {
  readonly identity: Identity;
  readonly graph: Graph;
  readonly arm: Arm;
  /** Default location of azure-native's resources; empty when none was configured. */
  readonly location: string;
}

/**
 * @param config the provider's configuration, or that of an explicit provider's resource
 * @throws when it names a client without its secret
 */
export function createSession(config: Properties, http: Http, world: World): Session {
  const identity = createIdentity(http, credentialsOf(config, world), () => world.now());
  return {
    identity,
    graph: createGraph(http, identity),
    arm: createArm(http, identity, text(config["subscriptionId"]) || world.subscriptionId),
    location: text(config["location"]),
  };
}

/** The real plugins would read the engine's ARM_ variables, which an attached provider cannot see: the deployer then. */
function credentialsOf(config: Properties, { tenant, deployer }: World): Credentials {
  const tenantId = text(config["tenantId"]) || tenant.id;
  const clientId = text(config["clientId"]);
  const clientSecret = text(config["clientSecret"]);
  if (!clientId && !clientSecret) {
    return { tenantId, clientId: deployer.clientId, clientSecret: deployer.clientSecret };
  }
  if (clientId && clientSecret) return { tenantId, clientId, clientSecret };
  throw new Error(
    "The stand-in's provider signs in with a client secret: configure both clientId and clientSecret, or neither of " +
      "them to work as the stand-in's deployer.",
  );
}

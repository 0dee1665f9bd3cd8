/**
 * What one plugin was configured with. Every engine run and every explicit provider starts one of its own.
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { type Arm, createArm } from "./azure-native/arm.ts";
import { createGraph, type Graph } from "./azuread/graph.ts";
import type { Http } from "./http.ts";
import { credentialsOf, type Environment } from "./credentials.ts";
import { createIdentity, type Identity } from "./identity.ts";
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
 * @param environment the variables of the engine that started the plugin
 * @throws when there is nothing to sign in with
 */
export function createSession(config: Properties, environment: Environment, http: Http, world: World): Session {
  const now = () => world.now();
  const identity = createIdentity(http, credentialsOf(config, environment, http, now), now);
  return {
    identity,
    graph: createGraph(http, identity),
    arm: createArm(http, identity, text(config["subscriptionId"]) || (environment["ARM_SUBSCRIPTION_ID"] ?? "")),
    location: text(config["location"]),
  };
}

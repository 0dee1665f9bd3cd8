/**
 * The stand-in for the azuread and azure-native plugins: see the README beside this file.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import providerrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { World } from "../world.ts";
import { createHttp } from "./http.ts";
import { createService } from "./service.ts";
import { createSession } from "./session.ts";

export interface ProviderConnection {
  /** The stand-in's CONNECT proxy, `http://127.0.0.1:<port>`. */
  readonly proxyUrl: string;
  /** Certificate of the authority that signs the stand-in's hosts, PEM. */
  readonly caFile: string;
  readonly world: World;
}

export interface RunningProvider {
  /** For `PULUMI_DEBUG_PROVIDERS=azuread:<port>,azure-native:<port>`. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves the providers on a free port of the loopback interface. */
export async function startProvider({ proxyUrl, caFile, world }: ProviderConnection): Promise<RunningProvider> {
  const http = createHttp(proxyUrl, readFileSync(caFile, "utf8"));
  const server = new grpc.Server();
  const service = createService((config) => createSession(config, http, world));
  server.addService(providerrpc.ResourceProviderService, { ...service });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    async stop() {
      server.forceShutdown();
      await http.close();
    },
  };
}

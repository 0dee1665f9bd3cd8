/**
 * The stand-in for the azuread and azure-native plugins: see the README beside this file.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import providerrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { reportDefect } from "../hosts/defects.ts";
import { wantedVersion } from "../plugins.ts";
import type { World } from "../world.ts";
import type { Environment } from "./credentials.ts";
import { engineLog } from "./engine-log.ts";
import { createHttp } from "./http.ts";
import type { Http } from "./http.ts";
import { createService } from "./service.ts";
import { createSession } from "./session.ts";

export interface ProviderConnection {
  /** The stand-in's CONNECT proxy, `http://127.0.0.1:<port>`. */
  readonly proxyUrl: string;
  /** Certificate of the authority that signs the stand-in's hosts, PEM. */
  readonly caFile: string;
  readonly world: World;
  /** Where `launcher.ts` finds this process: a socket's path. */
  readonly socket: string;
}

export interface RunningProvider {
  stop(): Promise<void>;
}

/** What a launcher says of the engine that started it. */
interface Launch {
  /** `azuread` or `azure-native`. */
  readonly name: string;
  readonly environment: Environment;
  /** Address of the engine, which takes what a plugin has to say; a test has none. */
  readonly engine?: string;
}

/** Answers launchers at a socket: each gets a plugin of its own, at a free port of the loopback interface. */
export async function startProvider({ proxyUrl, caFile, world, socket }: ProviderConnection): Promise<RunningProvider> {
  const http = createHttp(proxyUrl, readFileSync(caFile, "utf8"));
  const launchers = new Set<Socket>();
  const server = createServer((launcher) => {
    launchers.add(launcher);
    // A launcher that was killed together with its engine says nothing any more.
    launcher.on("error", () => launcher.destroy());
    launcher.once("close", () => launchers.delete(launcher));
    createInterface(launcher).once("line", (line) => {
      servePlugin(JSON.parse(line) as Launch, http, world).then(
        (plugin) => {
          if (launcher.destroyed) return plugin.stop();
          launcher.once("close", () => plugin.stop());
          launcher.write(`${plugin.port}\n`);
        },
        (error: Error) => {
          reportDefect("the plugins", error);
          launcher.destroy();
        },
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return {
    async stop() {
      for (const launcher of launchers) launcher.destroy();
      await new Promise((resolve) => server.close(resolve));
      await http.close();
    },
  };
}

async function servePlugin({ name, environment, engine }: Launch, http: Http, world: World) {
  const log = engineLog(engine);
  const server = new grpc.Server();
  const service = createService({
    name,
    version: wantedVersion(name),
    configure: (config) => createSession(config, environment, http, world),
    log: (urn, message) => log.error(urn, message),
  });
  server.addService(providerrpc.ResourceProviderService, { ...service });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    port,
    stop() {
      server.forceShutdown();
      log.close();
    },
  };
}

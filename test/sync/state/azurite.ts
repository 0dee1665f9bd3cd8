/** Azure's own storage emulator for tests, and a way to get between it and a client. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { BlockBlobClient, ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";

const ACCOUNT = "devstoreaccount1";
/** Published by Microsoft, and the same in every emulator. */
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export const credential = new StorageSharedKeyCredential(ACCOUNT, KEY);

/** A request as it passes: `PUT block`, `PUT lease renew`, `GET`. */
export type Passing = string;

/** What becomes of a request: nothing of it arrives, for one of several reasons, or its answer is lost; nothing said: it passes. */
export type Fate = keyof typeof REFUSALS | "answer lost" | undefined;

/** Status and code of the service. */
const REFUSALS = {
  /** A status that clients take for final: they do not try again. */
  refused: [400, ""],
  busy: [503, "ServerBusy"],
  "lease over": [412, "LeaseLost"],
} as const;

export interface Azurite {
  /** Everything that was asked through {@link address}. */
  readonly passed: Passing[];
  /** Bytes of bodies that went up and came down through {@link address}. */
  readonly moved: { up: number; down: number };
  /** The lease that the last request named. */
  leaseId: string | undefined;
  /** Decides for each request; the emulator has answered already where the answer is lost. */
  fate: (request: Passing) => Fate;
  /** Resolves when such a request has been answered. */
  answered(request: Passing): Promise<void>;
  /** A blob that is not there yet, in a container that is, through the place where requests can be caught. */
  address(): Promise<string>;
  /** The blob as somebody else sees it who is never in the way. */
  aside(address: string): BlockBlobClient;
  /** The container that it is in, likewise. */
  container(address: string): ContainerClient;
  close(): Promise<void>;
}

export async function startAzurite(): Promise<Azurite> {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-azurite-"));
  const { child, origin } = await startEmulator(folder);
  const gate = createServer((request, response) => void pass(request, response, origin, azurite, answers));
  gate.listen(0, "127.0.0.1");
  await once(gate, "listening");
  const { port } = gate.address() as AddressInfo;
  const answers = new EventEmitter();
  let containers = 0;
  const azurite: Azurite = {
    passed: [],
    moved: { up: 0, down: 0 },
    leaseId: undefined,
    fate: () => undefined,
    answered: async (request) => void (await once(answers, request)),
    async address() {
      const name = `state-${(containers += 1)}`;
      await new ContainerClient(`${origin}/${ACCOUNT}/${name}`, credential).create();
      return `http://127.0.0.1:${port}/${ACCOUNT}/${name}/contoso.sqlite`;
    },
    aside: (address) => new BlockBlobClient(`${origin}${new URL(address).pathname}`, credential),
    container: (address) =>
      new ContainerClient(`${origin}${new URL(address).pathname.split("/").slice(0, 3).join("/")}`, credential),
    async close() {
      gate.closeAllConnections();
      await new Promise((resolve) => gate.close(resolve));
      child.kill("SIGKILL");
      await once(child, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return azurite;
}

async function startEmulator(folder: string): Promise<{ child: ChildProcess; origin: string }> {
  const manifest = createRequire(import.meta.url).resolve("azurite/package.json");
  const program = join(dirname(manifest), "dist", "src", "blob", "main.js");
  const options = "--blobHost 127.0.0.1 --blobPort 0 --inMemoryPersistence --skipApiVersionCheck --disableTelemetry";
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...options.split(" "), "--silent"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const origin = /successfully listens on (\S+)/.exec(line)?.[1];
    if (origin === undefined) continue;
    child.stdout.resume();
    return { child, origin };
  }
  throw new Error("Azurite ended before it listened.");
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  azurite: Azurite,
  answers: EventEmitter,
): Promise<void> {
  const asked = new URL(request.url ?? "", origin);
  const words = [request.method, asked.searchParams.get("comp"), request.headers["x-ms-lease-action"]];
  const passing = words.filter((word) => typeof word === "string").join(" ");
  azurite.passed.push(passing);
  azurite.leaseId = request.headers["x-ms-lease-id"]?.toString();
  response.once("finish", () => answers.emit(passing));
  const fate = azurite.fate(passing);
  if (fate !== undefined && fate !== "answer lost") {
    const [status, code] = REFUSALS[fate];
    return void response.writeHead(status, code === "" ? {} : { "x-ms-error-code": code }).end();
  }
  const forwarded = httpRequest(asked, { method: request.method ?? "", headers: request.headers });
  request.on("data", (chunk: Buffer) => (azurite.moved.up += chunk.length)).pipe(forwarded);
  const [answer] = (await once(forwarded, "response")) as [IncomingMessage];
  if (fate === "answer lost") {
    answer.resume();
    await once(answer, "end");
    return void response.destroy();
  }
  response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
  answer.on("data", (chunk: Buffer) => (azurite.moved.down += chunk.length)).pipe(response);
}

/**
 * The stand-in tenant as one process: hosts behind a TLS server, the proxy that leads to it, Pulumi's
 * plugins, the control, and the variables that put a command into that world.
 *
 * @packageDocumentation
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCertificates } from "./certificates.ts";
import { startControl } from "./control.ts";
import { lockDataDir, openWorld, pulumiFolders } from "./data-dir.ts";
import { sandboxEnvironment } from "./environment.ts";
import { createFaults } from "./faults/index.ts";
import type { Faults } from "./faults/index.ts";
import { createFront } from "./front.ts";
import { startHosts } from "./hosts/index.ts";
import { installLaunchers, linkPlugins, PROVIDER_PACKAGES } from "./plugins.ts";
import { startProxy } from "./proxy.ts";
import { createRequestLog } from "./requests.ts";
import type { RequestLog } from "./requests.ts";
import { keepSaved } from "./saving.ts";
import { keepTokenFile } from "./workload-token.ts";
import type { World, WorldOptions } from "./world.ts";

export interface SandboxOptions extends WorldOptions {
  /** Whether the Pulumi provider is attached. Default true. */
  readonly provider?: boolean;
  /** Packages (`azuread`) that are left to the plugins installed on this machine. */
  readonly real?: readonly string[];
  /** Something tried to reach a host outside of the stand-in: `name:port`. */
  readonly onRefused?: (authority: string) => void;
}

export interface Sandbox {
  readonly world: World;
  /** Variables for a command in this world, PATH among them; see {@link commandEnvironment} for how they are used. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly proxyUrl: string;
  /** File with the certificate that clients have to trust. */
  readonly caFile: string;
  readonly controlUrl: string;
  /** Moves the world's clock forward; the workload's token is renewed, as its platform would have done meanwhile. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Ends it, puts the world away if it has a folder, and removes every temporary file. */
  readonly stop: () => Promise<void>;
}

/**
 * @throws SandboxError when the data folder is in use or cannot be used, or a plugin named in `real` is not installed
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  const cleanups: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup();
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), "tenantwire-sandbox-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    if (dataDir !== undefined) cleanups.push(lockDataDir(dataDir));
    const { real = [], provider = true, onRefused } = options;
    const pulumi = pulumiFolders(dataDir ?? folder);
    await linkPlugins(real, pulumi.home);

    const world = openWorld({ ...options, ...(dataDir !== undefined && { dataDir }) });
    const saving = keepSaved(world, dataDir !== undefined);
    cleanups.push(saving.stop);
    const hosts = await startHosts(world);
    cleanups.push(async () => {
      for (const { app } of hosts) await app.close();
    });

    const certificates = await createCertificates(hosts.flatMap(({ names }) => names));
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, certificates.ca);
    const faults = createFaults();
    const requests = createRequestLog();
    const front = createFront({ hosts, certificates, faults, requests, changed: saving.changed });
    const proxy = await startProxy({
      knows: front.knows,
      connected: front.accept,
      refused(authority) {
        requests.recordRefused(authority);
        onRefused?.(authority);
      },
    });
    cleanups.push(proxy.stop);
    const proxyUrl = `http://127.0.0.1:${proxy.port}`;

    const tokenFile = join(folder, "workload-token");
    const token = await keepTokenFile(world, tokenFile);
    cleanups.push(token.stop);
    const advance = async (milliseconds: number) => {
      world.advance(milliseconds);
      saving.changed();
      await token.renew();
    };
    const control = await startControl({ world, faults, requests, advance, changed: saving.changed });
    cleanups.push(control.stop);

    if (provider) {
      // Loaded only when it is wanted: it brings the engine's protocol with it, 0.4 s of it.
      const { startProvider } = await import("./provider/index.ts");
      const socket = join(folder, "provider.sock");
      const plugins = await startProvider({ world, proxyUrl, caFile, socket });
      cleanups.push(() => plugins.stop());
      const answered = PROVIDER_PACKAGES.filter((name) => !real.includes(name));
      installLaunchers(answered, pulumi.home, socket);
    }
    const environment = sandboxEnvironment({
      world,
      proxyUrl,
      controlUrl: control.url,
      caFile,
      tokenFile,
      pulumi,
      state: join(dataDir ?? folder, "state"),
      path: process.env["PATH"] ?? "",
    });
    return { world, environment, requests, faults, proxyUrl, caFile, controlUrl: control.url, advance, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The variables that put a command into the stand-in's world.
 *
 * @packageDocumentation
 */
import { existsSync } from "node:fs";
import { delimiter, dirname, extname, join } from "node:path";
import type { PulumiFolders } from "./data-dir.ts";
import { compiledFolder } from "./engine/cache.ts";
import { onesKey } from "./hosts/ones/index.ts";
import type { World } from "./world.ts";

/** Where the `node` is that this runs on: in a checkout with the project's own commands beside it. */
const NODE_BIN = [join(dirname(import.meta.dirname), "node_modules", ".bin"), dirname(process.execPath)].find(
  (folder) => existsSync(folder),
);

/** Beside this file, and like it TypeScript in a checkout and JavaScript in the package. */
const PROGRAM = join(import.meta.dirname, "engine", `program${extname(import.meta.filename)}`);

export interface EnvironmentParts {
  readonly world: World;
  readonly proxyUrl: string;
  readonly controlUrl: string;
  /** File with the certificate of the throw-away authority. */
  readonly caFile: string;
  /** File with the workload's token. */
  readonly tokenFile: string;
  readonly pulumi: PulumiFolders;
  /** Folder for the state of syncs. */
  readonly state: string;
  /** The PATH to put the project's own commands in front of. */
  readonly path: string;
}

export function sandboxEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { world } = parts;
  return {
    // Upper case only: a lower-case https_proxy catches the loopback gRPC of the program (seen: azuread 6.9.1).
    HTTPS_PROXY: parts.proxyUrl,
    NO_PROXY: "localhost,127.0.0.1",
    no_proxy: "localhost,127.0.0.1",
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: parts.caFile,
    // What Node compiled is kept for the next program: half of a start, and a story has hundreds of them.
    NODE_COMPILE_CACHE: compiledFolder(process.env),
    REQUESTS_CA_BUNDLE: parts.caFile,
    SSL_CERT_FILE: parts.caFile,
    ARM_ENVIRONMENT: "public",
    ARM_TENANT_ID: world.tenant.id,
    ARM_SUBSCRIPTION_ID: world.subscriptionId,
    ARM_CLIENT_ID: world.deployer.clientId,
    ARM_CLIENT_SECRET: world.deployer.clientSecret,
    ARM_USE_CLI: "false",
    // No AZURE_CLIENT_ID: which identity a sync signs in as comes from the stack's outputs.
    AZURE_TENANT_ID: world.tenant.id,
    AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
    AZURE_FEDERATED_TOKEN_FILE: parts.tokenFile,
    ONEPLAN_KEY: world.oneplanKey.value,
    PULUMI_HOME: parts.pulumi.home,
    PULUMI_BACKEND_URL: `file://${parts.pulumi.backend}`,
    PULUMI_CONFIG_PASSPHRASE: parts.pulumi.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_LANGUAGE_NODEJS_RUN_PATH: PROGRAM,
    ONES_KEY: onesKey(world),
    SANDBOX_CONTROL: parts.controlUrl,
    // Who may change people and groups there, through Graph.
    SANDBOX_ADMINISTRATOR_ID: world.administrator.clientId,
    SANDBOX_ADMINISTRATOR_SECRET: world.administrator.clientSecret,
    SANDBOX_MAIL_DOMAIN: world.tenant.mailDomain,
    // Apart from what syncs of real tenants remember.
    TENANTWIRE_STATE: parts.state,
    // First on PATH: the engine runs programs with the `node` it finds there, which has to be the pinned one.
    PATH: [NODE_BIN, parts.path].filter(Boolean).join(delimiter),
  };
}

/**
 * Variables that would lead a command out of the stand-in's world, or a person's real credentials into it: other
 * proxies, other identities, another Pulumi backend, other trusted certificates.
 */
const FOREIGN = [
  /^(http|https|all)_proxy$/i,
  /^(ARM|AZURE|ONEPLAN|ONES|MSI|IDENTITY)_/,
  /^PULUMI_(HOME|ACCESS_TOKEN|API|BACKEND_URL|CONFIG|CONFIG_PASSPHRASE(_FILE)?|DEBUG_PROVIDERS|IGNORE_AMBIENT_PLUGINS|SELF_MANAGED_.*)$/,
  /^(SSL_CERT_DIR|CURL_CA_BUNDLE)$/,
];

/** Names of the variables in `env` that the stand-in's world must not inherit. */
export function foreignVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).filter((name) => FOREIGN.some((pattern) => pattern.test(name)));
}

/** The environment of a command in the stand-in's world: `inherited` without what is foreign, with what is ours. */
export function commandEnvironment(
  inherited: NodeJS.ProcessEnv,
  ours: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const env = { ...inherited };
  for (const name of foreignVariables(inherited)) delete env[name];
  return { ...env, ...ours };
}

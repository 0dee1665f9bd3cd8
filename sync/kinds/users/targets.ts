/**
 * What Entra users can be synced to. Nothing else of the sync knows one from another.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../../contract/outputs.ts";
import type { OnesOutputs } from "../../../contract/outputs/ones.ts";
import type { OnePlanOutputs } from "../../../contract/outputs/oneplan.ts";
import { createFileTarget } from "../../connectors/file/index.ts";
import { createOnePlanTarget } from "../../connectors/oneplan/index.ts";
import { createOnesTarget, parseRoutes } from "../../connectors/ones/index.ts";
import { readSecret } from "../../connectors/vault/index.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { Target } from "../../model/types.ts";
import { USERS_SYNC } from "./name.ts";

/** By the names of the command line, in the order in which they are synced. */
export const userTargets = ["oneplan", "ones", "file"] as const;
export type UserTarget = (typeof userTargets)[number];

/** What a target is opened with. */
export interface Opening {
  /** Names of the mapped fields. */
  readonly fields: readonly string[];
  /** The sync identity: it reads the keys in the vault. */
  readonly credential: TokenCredential;
  /** Called for every request that is sent. */
  readonly onRequest: () => void;
}

/** A target that the outputs declare. */
export interface DeclaredTarget {
  readonly name: UserTarget;
  /** Name of the sync: of its lock and all that it remembers. */
  readonly sync: string;
  /** Where its users are in the settings. */
  readonly setting: readonly [string, string];
  readonly users: OnePlanOutputs["users"];
  /** The field that holds the mail address. */
  readonly mailField: string;
  /** Fields that it refuses to be without, and what they are called in a report. */
  readonly required: Readonly<Record<string, string>>;
  /** What tells it from another of its kind: where that changes, everything is read again. */
  readonly identity: unknown;
  /** Whether it is reached by requests, which are counted. */
  readonly remote: boolean;
  open(opening: Opening): Target;
}

/** What the outputs declare. */
export function declaredTargets({ integrations }: Outputs): UserTarget[] {
  return userTargets.filter((name) => integrations[name]?.users !== undefined);
}

/**
 * @param asked by default the first one that is declared
 * @throws SettingsError when it is not declared, or the outputs are not enough for it
 */
export function declaredTarget(outputs: Outputs, asked: UserTarget | undefined): DeclaredTarget {
  const { oneplan, ones, file } = outputs.integrations;
  const wanted = asked ?? declaredTargets(outputs)[0];
  if (wanted === "oneplan" && oneplan) return toOnePlan(outputs, oneplan);
  if (wanted === "ones" && ones?.users) return toOnes(outputs, { ...ones, users: ones.users });
  if (wanted === "file" && file) return toFile(file);
  throw new SettingsError(
    wanted === undefined
      ? `The outputs of ${outputs.mark} have nothing that users are synced to: add oneplan, ones or files to the settings and deploy (pulumi up).`
      : `The outputs of ${outputs.mark} have no ${titles[wanted]}: add it to the settings and deploy (pulumi up).`,
  );
}

const titles: Readonly<Record<UserTarget, string>> = {
  oneplan: "OnePlan",
  ones: "users of ONES (ones.users)",
  file: "file of users",
};

type Integrations = Outputs["integrations"];

function toOnePlan(outputs: Outputs, oneplan: NonNullable<Integrations["oneplan"]>): DeclaredTarget {
  const { baseUrl, keyName, keyVaultSecret, users } = oneplan;
  const { uri } = vaultOf(outputs, "OnePlan");
  return {
    name: "oneplan",
    // As it was called before there were others.
    sync: USERS_SYNC,
    setting: ["oneplan", "users"],
    users,
    mailField: "mail",
    required: { name: "name", mail: "mail address" },
    identity: baseUrl,
    remote: true,
    open: ({ credential, ...opening }) =>
      createOnePlanTarget({ ...opening, baseUrl, keyName, key: () => readSecret(uri, keyVaultSecret, credential) }),
  };
}

function toOnes(
  outputs: Outputs,
  ones: OnesOutputs & { readonly users: NonNullable<OnesOutputs["users"]> },
): DeclaredTarget {
  const { baseUrl, keyName, keyVaultSecret, users } = ones;
  const { uri } = vaultOf(outputs, "ONES");
  const routes = parseRoutes(ones.routes);
  const { defaultGroups } = users;
  return {
    name: "ones",
    sync: `${USERS_SYNC}-ones`,
    setting: ["ones", "users"],
    users,
    mailField: "email",
    required: { userName: "user name" },
    identity: [baseUrl, routes],
    remote: true,
    open({ credential, ...opening }) {
      const key = () => readSecret(uri, keyVaultSecret, credential);
      return createOnesTarget({ ...opening, baseUrl, keyName, key, defaultGroups, routes });
    },
  };
}

function toFile({ path, format, users }: NonNullable<Integrations["file"]>): DeclaredTarget {
  return {
    name: "file",
    sync: `${USERS_SYNC}-file`,
    setting: ["files", "users"],
    users,
    mailField: "mail",
    required: {},
    identity: [path, format],
    remote: false,
    open: ({ fields }) => createFileTarget({ path, format, fields }),
  };
}

function vaultOf({ vault, mark }: Outputs, product: string): NonNullable<Outputs["vault"]> {
  if (vault !== undefined) return vault;
  throw new SettingsError(
    `The outputs of ${mark} have no vault, where ${product}'s key is kept: deploy the stack again (pulumi up).`,
  );
}

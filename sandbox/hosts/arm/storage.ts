/**
 * Storage accounts and their blob containers as resources; what is stored is in `../blob`. Documented: REST reference
 * of Microsoft.Storage; error messages as seen in clients' reports.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { existingGroup, storageAccountId } from "./data.ts";
import type { StorageAccount } from "./data.ts";
import { ArmError, badRequest, resourceNotFound } from "./errors.ts";
import { covers } from "./rbac.ts";
import { isCollection, propertiesOf, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { wrongValue } from "./values.ts";
import type { Values } from "./values.ts";

const TYPE = "Microsoft.Storage/storageAccounts";
const VALUES: Values = {
  kind: ["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"],
  "sku.name": [
    ...["Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS"],
    ...["Premium_LRS", "Premium_ZRS", "StandardV2_LRS", "StandardV2_GRS", "StandardV2_ZRS", "StandardV2_GZRS"],
    ...["PremiumV2_LRS", "PremiumV2_ZRS"],
  ],
  "properties.accessTier": ["Hot", "Cool", "Cold", "Premium"],
  "properties.minimumTlsVersion": ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"],
  "properties.publicNetworkAccess": ["Enabled", "Disabled", "SecuredByPerimeter"],
  "properties.networkAcls.defaultAction": ["Allow", "Deny"],
  "properties.allowBlobPublicAccess": "boolean",
  "properties.allowSharedKeyAccess": "boolean",
  "properties.supportsHttpsTrafficOnly": "boolean",
};
const CONTAINER = `${TYPE}/blobServices/containers`;

/** Documented: 3 to 24 digits and small letters. */
export const STORAGE_NAME = /^[a-z0-9]{3,24}$/;

export function invalidStorageName(name: string): string {
  return `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`;
}

export const storageAccounts: ArmType = {
  name: TYPE,
  handlers: {
    GET(request) {
      const { world, data, path } = request;
      if (!isCollection(request, 1)) return { status: 200, body: answer(world, existingAccount(request)) };
      const value = Object.values(data.storageAccounts).filter((each) =>
        covers(path.scope, storageAccountId(world, each)),
      );
      return { status: 200, body: { value: value.map((each) => answer(world, each)) } };
    },
    PUT: put,
    DELETE(request) {
      const { data, path } = request;
      if (!data.storageAccounts[path.names[0] ?? ""]) return { status: 204 };
      delete data.storageAccounts[existingAccount(request).name];
      // Documented: what was assigned at a resource goes with it.
      data.roleAssignments = data.roleAssignments.filter(({ scope }) => !covers(path.id, scope));
      return { status: 200 };
    },
  },
};

/** Documented: who lists the keys may do everything with what is stored, where keys are not switched off. */
export const storageKeys: ArmType = {
  name: `${TYPE}/listKeys`,
  postAction: "action",
  handlers: {
    POST(request) {
      const { name } = existingAccount(request);
      const key = (keyName: string) => ({
        keyName,
        value: Buffer.from(request.world.guid("storage key", name, keyName)).toString("base64"),
        permissions: "FULL",
      });
      return { status: 200, body: { keys: [key("key1"), key("key2")] } };
    },
  },
};

function put(request: ArmRequest): ArmAnswer {
  const { world, data, path, body } = request;
  const group = existingGroup(data, path.scope);
  const [name = ""] = path.names;
  const { location, sku, kind, identity } = body;
  if (!STORAGE_NAME.test(name)) throw new ArmError(400, "AccountNameInvalid", invalidStorageName(name));
  if (typeof location !== "string") {
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  }
  if (typeof sku !== "object" || sku === null || typeof kind !== "string") {
    throw badRequest("The properties sku and kind are required.");
  }
  const wrong = wrongValue(body, VALUES);
  // Reported: code and words.
  if (wrong !== undefined) {
    throw new ArmError(
      400,
      "InvalidValuesForRequestParameters",
      `Values for request parameters are invalid: ${wrong.replace("properties.", "")}.`,
    );
  }
  const before = data.storageAccounts[name];
  if (before && before.resourceGroup !== group.name) {
    throw new ArmError(409, "StorageAccountAlreadyTaken", `The storage account named ${name} is already taken.`);
  }
  const account: StorageAccount = {
    name,
    resourceGroup: group.name,
    location: before?.location ?? location.toLowerCase().replaceAll(" ", ""),
    tags: tagsOf(body),
    sku: sku as { name: string },
    kind,
    ...(identity !== undefined && { identity }),
    properties: { ...before?.properties, ...propertiesOf(body) },
    creationTime: before?.creationTime ?? world.now().toISOString(),
    containers: before?.containers ?? {},
    ...(before?.blobService && { blobService: before.blobService }),
  };
  data.storageAccounts[name] = account;
  return { status: 200, body: answer(world, account) };
}

/** The account that a path is in. @throws ArmError when it is not there */
export function existingAccount({ data, path }: ArmRequest): StorageAccount {
  const group = existingGroup(data, path.scope);
  const [name = ""] = path.names;
  const account = data.storageAccounts[name.toLowerCase()];
  if (account?.resourceGroup !== group.name) throw resourceNotFound(TYPE, name, group.name);
  return account;
}

/** Documented: defaults of what was not asked for. */
function answer(world: World, account: StorageAccount): object {
  const { name, location, tags, sku, kind, identity, properties, creationTime } = account;
  const services = ["blob", "queue", "table", "file", "dfs", "web"];
  return {
    id: storageAccountId(world, account),
    name,
    type: TYPE,
    location,
    tags,
    sku: { tier: sku.name.split("_")[0], ...sku },
    kind,
    ...(identity !== undefined && { identity }),
    properties: {
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      minimumTlsVersion: "TLS1_0",
      supportsHttpsTrafficOnly: true,
      networkAcls: { bypass: "AzureServices", virtualNetworkRules: [], ipRules: [], defaultAction: "Allow" },
      ...properties,
      creationTime,
      primaryLocation: location,
      statusOfPrimary: "available",
      privateEndpointConnections: [],
      provisioningState: "Succeeded",
      primaryEndpoints: Object.fromEntries(services.map((each) => [each, `https://${name}.${each}.core.windows.net/`])),
    },
  };
}

export const blobContainers: ArmType = {
  name: CONTAINER,
  handlers: {
    GET(request) {
      const account = existingAccount(request);
      if (isCollection(request, 3)) {
        const value = Object.keys(account.containers).map((name) => containerAnswer(request.world, account, name));
        return { status: 200, body: { value } };
      }
      const name = request.path.names[2] ?? "";
      if (!account.containers[name]) {
        throw new ArmError(404, "ContainerNotFound", "The specified container does not exist.");
      }
      return { status: 200, body: containerAnswer(request.world, account, name) };
    },
    PUT(request) {
      const account = existingAccount(request);
      const name = request.path.names[2] ?? "";
      // Documented: 3 to 63 small letters, digits and single hyphens.
      if (!/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
        throw new ArmError(400, "ContainerNameInvalid", `The container name '${name}' is invalid.`);
      }
      const isNew = !account.containers[name];
      const changed = request.world.now().toISOString();
      account.containers[name] = { properties: propertiesOf(request.body), changed };
      return { status: isNew ? 201 : 200, body: containerAnswer(request.world, account, name) };
    },
    DELETE(request) {
      const { containers } = existingAccount(request);
      const name = request.path.names[2] ?? "";
      if (!containers[name]) return { status: 204 };
      delete containers[name];
      return { status: 200 };
    },
  },
};

function containerAnswer(world: World, account: StorageAccount, name: string): object {
  const { properties = {}, changed = "" } = account.containers[name] ?? {};
  return {
    id: `${storageAccountId(world, account)}/blobServices/default/containers/${name}`,
    name,
    type: CONTAINER,
    etag: `"0x${Date.parse(changed).toString(16).toUpperCase()}"`,
    properties: {
      publicAccess: "None",
      denyEncryptionScopeOverride: false,
      defaultEncryptionScope: "$account-encryption-key",
      ...properties,
      deleted: false,
      remainingRetentionDays: 0,
      leaseStatus: "Unlocked",
      leaseState: "Available",
      lastModifiedTime: changed,
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
    },
  };
}

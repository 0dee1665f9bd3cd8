import { storageAccountId } from "./data.ts";
import { propertiesOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { existingAccount } from "./storage.ts";

/**
 * The settings of an account's blobs as a whole. Documented: there is one of them, `default`, from the beginning; it can
 * be changed and not deleted.
 */
export const blobServices: ArmType = {
  name: "Microsoft.Storage/storageAccounts/blobServices",
  handlers: {
    GET: (request) => answer(request),
    PUT(request) {
      existingAccount(request).blobService = propertiesOf(request.body);
      return answer(request);
    },
  },
};

function answer(request: ArmRequest): ArmAnswer {
  const account = existingAccount(request);
  const properties = { deleteRetentionPolicy: { enabled: false }, ...account.blobService };
  return {
    status: 200,
    body: {
      id: `${storageAccountId(request.world, account)}/blobServices/default`,
      name: "default",
      type: "Microsoft.Storage/storageAccounts/blobServices",
      sku: account.sku,
      properties,
    },
  };
}

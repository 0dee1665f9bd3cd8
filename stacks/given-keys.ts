import { tokenName } from "../components/azure-devops/tokens.ts";
import type { GivenCredential } from "../contract/outputs.ts";
import type { Settings } from "./settings.ts";

/** What is known of a key before it is in the vault. */
export type GivenKey = Omit<GivenCredential, "vaultSecret">;

/** Keys and tokens that people brought along. Pure. */
export function givenKeys({ oneplan, ones, azureDevOps }: Settings): GivenKey[] {
  const tokens = (azureDevOps?.organizations ?? []).flatMap(({ name, token }) =>
    token ? [keyOf(tokenName(name), "Azure DevOps", { name, expires: token.expires })] : [],
  );
  return [
    ...(oneplan ? [keyOf("oneplan-key", "OnePlan", oneplan.key)] : []),
    ...(ones?.key ? [keyOf("ones-key", "ONES", ones.key)] : []),
    ...tokens,
  ];
}

function keyOf(
  name: string,
  product: string,
  key: { readonly name: string; readonly expires?: string | undefined },
): GivenKey {
  return { name, product, keyName: key.name, ...(key.expires && { expires: key.expires }) };
}

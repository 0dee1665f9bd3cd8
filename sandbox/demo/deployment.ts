import { parseOutputs } from "../../contract/outputs.ts";

export interface Deployment {
  /** Resources that the providers made, components not counted. */
  readonly resources: number;
  /** Their types, a line for each provider. */
  readonly made: readonly string[];
  /** What that means, in words, a line each. */
  readonly lines: readonly string[];
}

export interface Exported {
  readonly deployment: { readonly resources?: readonly { readonly type: string; readonly custom?: boolean }[] };
}

/** What a stack made, from `pulumi stack export` and its outputs. */
export function describeDeployment(exported: Exported, stackOutputs: unknown): Deployment {
  const outputs = parseOutputs(stackOutputs, 'stack "sandbox"');
  const made = (exported.deployment.resources ?? []).filter(
    ({ type, custom }) => custom && !type.startsWith("pulumi:"),
  );
  const lines: string[] = [];
  const identity = outputs.syncIdentity;
  if (identity) {
    lines.push(`sync identity    ${identity.clientId}, ${signIn[identity.signIn.kind]}`);
    lines.push(`may read         ${identity.permissions.join(", ")}; consent granted`);
  }
  for (const { issuer, subject } of outputs.credentials.federated)
    lines.push(`trusts           ${subject} of ${issuer}`);
  for (const { name, state } of outputs.credentials.secrets) {
    lines.push(`secret           ${name}, until ${state[state.current]?.end.slice(0, 10)}`);
  }
  if (outputs.vault) lines.push(`vault            ${outputs.vault.name}, readable by the sync identity`);
  const { oneplan } = outputs.integrations;
  if (oneplan) lines.push(`OnePlan          ${oneplan.baseUrl}, key "${oneplan.keyName}" in the vault`);
  return { resources: made.length, made: byProvider(made.map(({ type }) => type)), lines };
}

/** `azuread:index/servicePrincipal:ServicePrincipal` and its like, told by provider and last name. */
function byProvider(types: readonly string[]): string[] {
  return [...Map.groupBy(types, (type) => type.split(":")[0] ?? "")].map(([provider, all]) => {
    const counts = Map.groupBy(all, (type) => type.split(":").at(-1) ?? type);
    const names = [...counts].map(([name, { length }]) => (length === 1 ? name : `${name} ×${length}`));
    return `${provider.padEnd(13)} ${names.join(", ")}`;
  });
}

const signIn = {
  federated: "no secret: its workload is trusted",
  certificate: "signs in with a rotated certificate",
  secret: "signs in with a rotated secret",
};

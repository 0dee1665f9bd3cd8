/**
 * What the baselines share: a token, and the pages of all people, by undici and nothing else.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { ProxyAgent, request } from "undici";
import { type Outputs, parseOutputs } from "../contract/outputs.ts";
import { selectFor } from "../sync/kinds/users/reads.ts";

export type Person = Readonly<Record<string, unknown>>;

export function readOutputs(file: string): Outputs {
  return parseOutputs(JSON.parse(readFileSync(file, "utf8")), file);
}

/** The way through the stand-in's proxy. */
export function throughProxy(): ProxyAgent {
  return new ProxyAgent({
    uri: process.env["HTTPS_PROXY"] ?? "",
    requestTls: { ca: readFileSync(process.env["NODE_EXTRA_CA_CERTS"] ?? "") },
  });
}

/** First page of everybody, with what the mapping reads. */
export function peopleUrl(outputs: Outputs): string {
  const select = selectFor(Object.values(outputs.integrations.oneplan?.users.fields ?? {}));
  return `https://graph.microsoft.com/v1.0/users?$select=${select.join(",")}&$top=999`;
}

export async function* pagesOfPeople(outputs: Outputs, dispatcher: ProxyAgent): AsyncGenerator<readonly Person[]> {
  const headers = { authorization: `Bearer ${await signIn(outputs, dispatcher)}` };
  for (let url: string | undefined = peopleUrl(outputs); url !== undefined;) {
    const answer = await request(url, { dispatcher, headers });
    const page = (await answer.body.json()) as { value: Person[]; "@odata.nextLink"?: string };
    yield page.value;
    url = page["@odata.nextLink"];
  }
}

/** A token of the sync identity for Microsoft Graph. */
export async function signIn({ tenant, syncIdentity }: Outputs, dispatcher: ProxyAgent): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: syncIdentity?.clientId ?? "",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: readFileSync(process.env["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8"),
    scope: "https://graph.microsoft.com/.default",
  });
  const answer = await request(`https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    dispatcher,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  return ((await answer.body.json()) as { access_token: string }).access_token;
}

/** Measured program, the baseline of full-read: a bare undici loop over the same pages that parses the same JSON. */
import { readFileSync } from "node:fs";
import { ProxyAgent, request } from "undici";
import { parseOutputs } from "../stacks/outputs.ts";
import { selectFor } from "../sync/users/select.ts";

const [outputsFile = ""] = process.argv.slice(2);
const outputs = parseOutputs(JSON.parse(readFileSync(outputsFile, "utf8")), outputsFile);
const environment = process.env;
const dispatcher = new ProxyAgent({
  uri: environment["HTTPS_PROXY"] ?? "",
  requestTls: { ca: readFileSync(environment["NODE_EXTRA_CA_CERTS"] ?? "") },
});

const started = performance.now();
const headers = { authorization: `Bearer ${await signIn()}` };
const select = selectFor(Object.values(outputs.integrations.oneplan?.users.fields ?? {}));
let users = 0;
let requests = 0;
let url: string | undefined = `https://graph.microsoft.com/v1.0/users?$select=${select.join(",")}&$top=999`;
while (url !== undefined) {
  const answer = await request(url, { dispatcher, headers });
  const page = (await answer.body.json()) as { value: unknown[]; "@odata.nextLink"?: string };
  requests += 1;
  users += page.value.length;
  url = page["@odata.nextLink"];
}
const milliseconds = performance.now() - started;

await dispatcher.close();
process.stdout.write(JSON.stringify({ milliseconds, users, requests }));

async function signIn(): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: outputs.syncIdentity?.clientId ?? "",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: readFileSync(environment["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8"),
    scope: "https://graph.microsoft.com/.default",
  });
  const answer = await request(`https://login.microsoftonline.com/${outputs.tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    dispatcher,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  return ((await answer.body.json()) as { access_token: string }).access_token;
}

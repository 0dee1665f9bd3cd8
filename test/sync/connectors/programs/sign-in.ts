/** Signs in as the sync identity of an outputs file, and reads a secret of its vault if one is named. */
import { readFileSync } from "node:fs";
import { parseOutputs } from "../../../../contract/outputs.ts";
import { syncCredential } from "../../../../sync/connectors/credentials/index.ts";
import { bePatientFor } from "../../../../sync/connectors/http/patience.ts";
import { readSecret } from "../../../../sync/connectors/vault/index.ts";

// By default what nobody answers is told at once.
bePatientFor(Number(process.env["PATIENCE_MS"] ?? 0));
const [file = "", secret] = process.argv.slice(2);
const outputs = parseOutputs(JSON.parse(readFileSync(file, "utf8")), file);
try {
  const credential = syncCredential(outputs, process.env);
  const token = await credential.getToken("https://graph.microsoft.com/.default");
  const claims = JSON.parse(Buffer.from(String(token?.token.split(".")[1]), "base64url").toString("utf8")) as {
    appid: string;
  };
  const value = secret && (await readSecret(outputs.vault?.uri ?? "", secret, credential));
  process.stdout.write(JSON.stringify({ appid: claims.appid, value }));
} catch (error) {
  const { name, message } = error as Error;
  process.stdout.write(JSON.stringify({ name, message }));
}

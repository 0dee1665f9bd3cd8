/**
 * The Pulumi program of the grants. See docs/bootstrap.md.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../contract/errors.ts";
import { OutputsError, parseOutputs } from "../contract/outputs.ts";
import { decodeText, NotText } from "../contract/text/decode.ts";
import { checkAttachedProviders } from "../stacks/attached-providers.ts";
import { declareGrants, type GrantsOutputs } from "./declare.ts";

/** Pulumi runs it and takes what it returns for the stack's outputs. */
export default async function program(): Promise<GrantsOutputs> {
  try {
    const file = process.env["TENANTWIRE_OUTPUTS"];
    if (!file) {
      throw new SettingsError(
        "TENANTWIRE_OUTPUTS is not set: name the file with the outputs of the tenant's stack (pulumi stack output --json).",
      );
    }
    const outputs = parseOutputs(jsonOf(file), file);
    await checkAttachedProviders();
    return await declareGrants(outputs, pulumi.getStack());
  } catch (error) {
    // Pulumi shows the message of a RunError and no stack trace: there is nothing to be found in our code.
    if (error instanceof SettingsError || error instanceof OutputsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(decodeText(readFileSync(file)));
  } catch (error) {
    const isJson = !(error instanceof SyntaxError || error instanceof NotText);
    const reason = isJson ? "it cannot be read" : "it is not JSON";
    throw new SettingsError(`${file} (TENANTWIRE_OUTPUTS): ${reason}. Write it with pulumi stack output --json.`, {
      cause: error,
    });
  }
}

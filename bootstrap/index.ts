/**
 * The Pulumi program of the bootstrap: what pipelines need before they can deploy anything. See docs/bootstrap.md.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { TenantwireError } from "../contract/errors.ts";
import { checkStartingValues } from "../contract/starting-values.ts";
import { checkAttachedProviders } from "../stacks/attached-providers.ts";
import { configuration } from "../stacks/configuration.ts";
import { projectFolder } from "../stacks/project-folder.ts";
import { linesOf, whereIs } from "../stacks/settings-file.ts";
import { type BootstrapOutputs, declareBootstrap } from "./declare.ts";
import { parseBootstrapSettings } from "./settings.ts";

/** Pulumi runs it and takes what it returns for the stack's outputs. */
export default async function program(): Promise<BootstrapOutputs> {
  try {
    const stack = pulumi.getStack();
    const settings = parseBootstrapSettings(configuration(), stack, linesOf(stack, projectFolder()));
    checkStartingValues(settings, whereIs(stack, projectFolder()));
    await checkAttachedProviders();
    return await declareBootstrap(settings, { mark: `${pulumi.getProject()}/${stack}`, stack });
  } catch (error) {
    // Pulumi shows the message of a RunError and no stack trace: there is nothing to be found in our code.
    if (error instanceof TenantwireError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

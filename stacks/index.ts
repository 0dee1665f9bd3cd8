/**
 * The Pulumi program: `pulumi up` of a stack deploys one tenant.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { TenantwireError } from "../contract/errors.ts";
import { checkStartingValues } from "../contract/starting-values.ts";
import { checkAttachedProviders } from "./attached-providers.ts";
import { configuration } from "./configuration.ts";
import { parseSettings } from "./settings.ts";
import { projectFolder } from "./project-folder.ts";
import { linesOf, whereIs } from "./settings-file.ts";
import { type DeclaredOutputs, declareTenant } from "./tenant.ts";
import { tellNextSteps } from "./what-next.ts";
import { today } from "../components/today.ts";
import { workFor } from "../contract/this-stack.ts";

/** Pulumi runs it and takes what it returns for the stack's outputs. (A named export that is undefined is a warning.) */
export default async function program(): Promise<DeclaredOutputs> {
  try {
    const stack = pulumi.getStack();
    workFor({ stack });
    const settings = parseSettings(configuration(), stack, linesOf(stack, projectFolder()));
    checkStartingValues(settings, whereIs(stack, projectFolder()));
    await checkAttachedProviders();
    const config = new pulumi.Config("tenantwire");
    const outputs = await declareTenant(settings, {
      organization: pulumi.getOrganization(),
      project: pulumi.getProject(),
      stack,
      today: await today(),
      secret: (key) => config.requireSecret(key),
    });
    // Known only when everything is made: after a failure there is something else to do first.
    pulumi.output(outputs).apply(({ newHosts }) => tellNextSteps(settings, stack, newHosts));
    return outputs;
  } catch (error) {
    // Pulumi shows the message of a RunError and no stack trace: there is nothing to be found in our code.
    if (error instanceof TenantwireError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

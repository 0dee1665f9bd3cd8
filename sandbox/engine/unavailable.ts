import { SandboxError } from "../errors.ts";
import { GO_VERSION, oldestEngine } from "./version.ts";

/** One way to an engine that led nowhere, and why. */
export interface Failure {
  way: string;
  reason: string;
}

/** No way led to an engine. The message names each way that was tried, and what to install. */
export class EngineUnavailable extends SandboxError {
  override name = "EngineUnavailable";
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super([
      `No Pulumi engine ${oldestEngine()} or newer could be found, downloaded or built:`,
      ...failures.map(({ way, reason }) => `  ${way}: ${reason}`),
      `Install Pulumi (https://www.pulumi.com/docs/install/), or Go ${GO_VERSION} or newer (https://go.dev/dl/).`,
    ]);
    this.failures = failures;
  }
}

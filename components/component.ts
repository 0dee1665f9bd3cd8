/**
 * What every component of this project has in common.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * Base of the components: type token `tenantwire:<area>:<Name>`, children named from the component's own name. A
 * component checks its arguments before it makes any resource, makes none inside `apply`, and calls
 * `registerOutputs` last.
 */
export abstract class Component extends pulumi.ComponentResource {
  readonly #name: string;

  /**
   * @param type area and name, `vault:Vault`
   * @param name unique in the stack
   */
  protected constructor(type: string, name: string, options?: pulumi.ComponentResourceOptions) {
    super(`tenantwire:${type}`, name, {}, options);
    this.#name = name;
  }

  /** Name of the child that is `part` of this component. */
  protected child(part: string): string {
    return `${this.#name}-${part}`;
  }
}

/**
 * What every component of this project has in common.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * Base of the components: type token `tenantwire:index:<Name>`, children named from the component's own name. A
 * component checks its arguments before it makes any resource, makes none inside `apply`, and calls
 * `registerOutputs` last.
 */
export abstract class Component extends pulumi.ComponentResource {
  readonly #name: string;

  /**
   * @param type name of the type, `SecretVault`
   * @param name unique in the stack
   * @param aliases type tokens by which it may be in a deployed stack: what is there stays there
   */
  protected constructor(
    type: string,
    name: string,
    options: pulumi.ComponentResourceOptions | undefined,
    aliases: readonly string[] = [],
  ) {
    const formerly = aliases.map((token) => ({ type: token }));
    super(`tenantwire:index:${type}`, name, {}, pulumi.mergeOptions(options, { aliases: formerly }));
    this.#name = name;
  }

  /** Name of the child that is `part` of this component. */
  protected child(part: string): string {
    return `${this.#name}-${part}`;
  }
}

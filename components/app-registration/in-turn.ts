import type * as pulumi from "@pulumi/pulumi";

/** The options that a child of an application needs beside its parent. */
export interface InTurnOptions {
  readonly dependsOn: pulumi.Resource[];
  readonly deletedWith: pulumi.Resource;
}

/**
 * The children of one application, one after another: they are written into the same object, and writes at the same
 * time overwrite each other. When the application goes, they go with it, without a delete of their own.
 */
export class ChildrenInTurn {
  readonly #application: pulumi.Resource;
  #last: pulumi.Resource;

  constructor(application: pulumi.Resource) {
    this.#application = application;
    this.#last = application;
  }

  /** Makes a child that waits for the one before. */
  add<T extends pulumi.Resource>(make: (options: InTurnOptions) => T): T {
    const child = make({ dependsOn: [this.#last], deletedWith: this.#application });
    this.#last = child;
    return child;
  }
}

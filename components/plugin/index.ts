/**
 * The components for Pulumi programs in other languages: a provider that the engine starts by the file
 * `pulumi-resource-tenantwire` beside this one. `pulumi package add <that file>` makes an SDK of its schema.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { main, type ConstructResult, type Provider } from "@pulumi/pulumi/provider/index.js";
import { z } from "zod";
import * as components from "../index.ts";

type Constructor = new (
  name: string,
  args: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

const Schema = z.object({
  version: z.string(),
  resources: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).default({}) })),
});

const text = readFileSync(join(import.meta.dirname, "schema.json"), "utf8");
const { version, resources } = Schema.parse(JSON.parse(text));

const provider: Provider = {
  version,
  schema: text,
  async construct(name, type, inputs, options): Promise<ConstructResult> {
    const resource = resources[type];
    const component = (components as Readonly<Record<string, unknown>>)[type.split(":")[2] ?? ""];
    if (!resource || typeof component !== "function") throw new Error(`tenantwire has no component ${type}.`);
    const made = new (component as Constructor)(name, inputs, options);
    const outputs = made as unknown as Readonly<Record<string, pulumi.Output<unknown>>>;
    return {
      urn: made.urn,
      state: Object.fromEntries(Object.keys(resource.properties).map((output) => [output, outputs[output]])),
    };
  },
};

await main(provider, process.argv.slice(2));

/** The console: where browsers reach it, and as which application it signs people in. @packageDocumentation */
import { z } from "zod";

export const DeclaredConsole = z.strictObject({
  /** Scheme, host and port, without a slash at the end: https of a proxy, or http of this machine alone. */
  publicUrl: z.url(),
  /** Name of its registration in this stack. */
  registration: z.string(),
  /** How it signs in: `federated` needs no secret; the others are read from the vault by whoever runs the console. */
  signIn: z.enum(["federated", "certificate", "secret"]),
});
export type DeclaredConsole = z.infer<typeof DeclaredConsole>;

/** Of the stack's `integrations`. */
export const integrations = { console: DeclaredConsole.optional() };

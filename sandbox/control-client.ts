/**
 * The other end of the stand-in's control.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../contract/errors.ts";
import { SandboxError } from "./errors.ts";
import { FaultRule } from "./faults/index.ts";

/**
 * Switches a fault on in a running stand-in.
 *
 * @param controlUrl the value of SANDBOX_CONTROL
 * @returns the id to remove the fault by
 * @throws SettingsError when the rule is wrong
 * @throws SandboxError when the stand-in does not answer
 */
export async function sendFault(controlUrl: string, rule: unknown): Promise<number> {
  const parsed = FaultRule.safeParse(rule);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SettingsError(
      `The fault rule is wrong at ${issue?.path.join(".") || "the top level"}: ${issue?.message}.`,
    );
  }
  const { id } = (await call(controlUrl, "POST", "/faults", parsed.data)) as { id: number };
  return id;
}

/** Switches every fault of a running stand-in off. */
export async function clearFaults(controlUrl: string): Promise<void> {
  await call(controlUrl, "DELETE", "/faults");
}

/** Moves a running stand-in's clock forward: tokens, secrets and delta links expire. */
export async function advanceClock(controlUrl: string, milliseconds: number): Promise<void> {
  await call(controlUrl, "POST", "/clock", { advanceMs: milliseconds });
}

/** The faults of a running stand-in, oldest first. */
export async function listFaults(controlUrl: string): Promise<readonly object[]> {
  return (await call(controlUrl, "GET", "/faults")) as readonly object[];
}

/**
 * Makes something happen in a running stand-in's company.
 *
 * @returns what there is to tell of it
 */
export async function sendDay(
  controlUrl: string,
  what: string,
  values: readonly string[],
): Promise<string | undefined> {
  return ((await call(controlUrl, "POST", "/day", { what, values })) as { said?: string }).said;
}

/** What can happen, a line each. */
export async function listDays(controlUrl: string): Promise<string> {
  return ((await call(controlUrl, "GET", "/day")) as { usage: string }).usage;
}

/** Switches what nobody has confirmed; `behaviours.ts` lists what can be. */
export async function sendBehaviour(controlUrl: string, changes: object): Promise<void> {
  await call(controlUrl, "PATCH", "/behaviour", changes);
}

async function call(controlUrl: string, method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(new URL(path, controlUrl), {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (error) {
    throw new SandboxError(
      `No stand-in tenant answers at ${controlUrl}. Start one with "npx --no-install tenantwire sandbox start", or run this inside "npx --no-install tenantwire sandbox exec".`,
      { cause: error },
    );
  }
  const text = await response.text();
  if (!response.ok) throw new SandboxError(`The stand-in tenant refused: ${errorIn(text)}`.split("\n"));
  return text === "" ? undefined : JSON.parse(text);
}

/** What `control.ts` says of what it refuses. */
function errorIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === "string" ? error : text;
  } catch {
    return text;
  }
}

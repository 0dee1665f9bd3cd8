/**
 * Errors that a person can act on. `message` is one or two sentences: where, what, and how to mend it. Everything
 * that is thrown on purpose is one of these; anything else is a defect and may show its stack.
 *
 * @packageDocumentation
 */
import { ExitCode } from "./exit-code.ts";
import { printableLines } from "./text/printable.ts";

/** Base of all errors that are meant to be read by the person at the keyboard. */
export class TenantwireError extends Error {
  override name = "TenantwireError";
  readonly exitCode: ExitCode = ExitCode.failure;

  /** @param message one line, or its lines: a line break of somebody else's in one is told as its escape */
  constructor(message: string | readonly string[], options?: ErrorOptions) {
    super(printableLines(message), options);
  }
}

/** Settings, outputs or usage are wrong; nothing outside was asked. */
export class SettingsError extends TenantwireError {
  override name = "SettingsError";
  override readonly exitCode = ExitCode.usage;
}

/** It cannot be known who is in scope (a group is missing, was renamed or re-created): nothing is planned. */
export class ScopeError extends TenantwireError {
  override name = "ScopeError";
}

/** Signing in failed, or a key was refused. */
export class CredentialError extends TenantwireError {
  override name = "CredentialError";
}

/** Signed in, but the call is not allowed: a permission is not declared or not consented to. */
export class PermissionError extends TenantwireError {
  override name = "PermissionError";
}

/** The other side did not answer, or not as documented. */
export class ConnectionError extends TenantwireError {
  override name = "ConnectionError";
}

/** So much of what was written failed that the fault is hardly with the objects. */
export class TooManyFailures extends TenantwireError {
  override name = "TooManyFailures";
}

/** One side is another tenant, group or file than the one that this sync belongs to. */
export class WrongPlace extends TenantwireError {
  override name = "WrongPlace";
}

/** What somebody asked of the group's access may not be, or not any more. */
export class AccessDenied extends TenantwireError {
  override name = "AccessDenied";
}

/** A product's key would go to a host that nobody said a word for. */
export class NewHost extends TenantwireError {
  override name = "NewHost";
}

/** What a sync remembers could not be read or written. */
export class StateError extends TenantwireError {
  override name = "StateError";
}

/** Another run of the same sync is under way. */
export class StateLocked extends TenantwireError {
  override name = "StateLocked";
  override readonly exitCode = ExitCode.anotherRun;
  /** Who has it and since when, for who says it in other words. */
  readonly holder: string | undefined;

  constructor(message: string, holder?: string) {
    super(message);
    this.holder = holder;
  }
}

/** The cursor of an incremental read is no longer accepted; a full read is needed. Not a failure. */
export class CursorExpired extends Error {
  override name = "CursorExpired";
}

/** So much has changed that reading everything costs less than reading each change. Not a failure. */
export class FullReadCheaper extends CursorExpired {
  override name = "FullReadCheaper";
}

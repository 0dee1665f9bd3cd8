import { randomUUID } from "node:crypto";

/** Documented: the body of every error. */
export interface EntraErrorBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
}

/** A refusal of Entra, in its own words. */
export class EntraError extends Error {
  override name = "EntraError";
  readonly code: number;
  readonly error: string;
  readonly status: number;

  constructor(code: number, error: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.error = error;
    this.status = status;
  }

  /** The body of the answer. Clients read the number out of `error_description`. */
  body(now: Date): EntraErrorBody {
    const trace = randomUUID();
    const correlation = randomUUID();
    const timestamp = `${now.toISOString().slice(0, 19).replace("T", " ")}Z`;
    return {
      error: this.error,
      error_description: `AADSTS${this.code}: ${this.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [this.code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${this.code}`,
    };
  }
}

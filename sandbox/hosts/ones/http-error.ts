import { z } from "zod";

/** The server does not do what was asked. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The properties that a body sets; those that it leaves out are left out.
 *
 * @throws HttpError 400 for an unknown property or a value of another kind
 */
export function checkedBy<T extends object>(schema: z.ZodType<T>, body: unknown): Partial<T> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new HttpError(400, z.prettifyError(parsed.error).replaceAll("\n", " "));
  return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) as Partial<T>;
}

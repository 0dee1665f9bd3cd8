/** Answers of the form that is documented, and others. @packageDocumentation */
import type { z } from "zod";
import { ConnectionError } from "../../contract/errors.ts";

/** @param who the host, or what people call the product, with its host */
export function notDocumented(who: string, doing: string): ConnectionError {
  return new ConnectionError(`${who} did not answer as documented when asked to ${doing}.`);
}

/** @throws ConnectionError where the answer is of another form */
export function documented<T>(form: z.ZodType<T>, answer: unknown, who: string, doing: string): T {
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw notDocumented(who, doing);
}

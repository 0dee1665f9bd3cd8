/**
 * What a person did wrong and can mend: the message is all they need, so that it is shown without a stack trace.
 * Nothing of it may be secret.
 */
export class Fault extends Error {
  override name = "Fault";
}

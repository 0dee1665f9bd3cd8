/**
 * What is told of card numbers before anything is written: a wrong source shows in how few people have one.
 *
 * @packageDocumentation
 */
import type { OnePlanOutputs } from "../../../contract/outputs/oneplan.ts";
import { DIRECTORY_EXTENSION, isCardNumberSource } from "../../../contract/user-properties.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { Item } from "../../model/types.ts";
import { counted, grouped } from "../../../contract/words.ts";

export interface CardNumber {
  /** Property of the Entra user, or directory extension. */
  readonly source: string;
  /** Field of the target that it goes to. */
  readonly field: string;
}

/** @throws SettingsError when it is not known where card numbers come from, or where they go */
export function cardNumberOf({ cardNumber }: OnePlanOutputs["users"]): CardNumber | undefined {
  if (cardNumber === undefined || cardNumber.source === "none") return undefined;
  const { source, field } = cardNumber;
  if (field !== undefined && isCardNumberSource(source)) return { source, field };
  throw new SettingsError(
    `users.cardNumber: ${field === undefined ? "field is missing" : `"${source}" is no source of card numbers`}; correct it and deploy (pulumi up).`,
  );
}

/** Counts people in scope while they are read. */
export class CardNumberCount {
  readonly #cardNumber: CardNumber;
  #people = 0;
  #withValue = 0;

  constructor(cardNumber: CardNumber) {
    this.#cardNumber = cardNumber;
  }

  add({ life, fields }: Item): void {
    if (life !== "active") return;
    this.#people += 1;
    if ((fields?.[this.#cardNumber.field] ?? null) !== null) this.#withValue += 1;
  }

  note(): string {
    const { source, field } = this.#cardNumber;
    const people = counted(this.#people, "person", "people");
    const note = `Card number (${source} to ${field}): ${grouped(this.#withValue)} of ${people} in scope ${this.#withValue === 1 ? "has" : "have"} one.`;
    if (this.#withValue > 0 || this.#people === 0 || !DIRECTORY_EXTENSION.test(source)) return note;
    return `${note} Check the name of the directory extension in users.cardNumber.source.`;
  }
}

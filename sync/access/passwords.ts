/**
 * Passwords as they are kept: by scrypt with N = 2^17, r = 8, p = 1, the first choice of OWASP's Password Storage Cheat
 * Sheet for scrypt (128 MiB for each). One after another, so that many at once do not take all memory.
 *
 * @packageDocumentation
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { normalized } from "../../contract/access/passwords.ts";
import { Turns } from "../model/turns.ts";

/** Cost: the logarithm of N to the base 2. */
const COST = 17;
const BLOCK = 8;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const KEPT = /^\$scrypt\$ln=(\d{1,2}),r=8,p=1\$([\w+/]+)\$([\w+/]+)$/;

export class Passwords {
  readonly #cost: number;
  readonly #turns = new Turns();

  /** @param cost logarithm of N to the base 2; what is kept says which it was made with */
  constructor(cost = COST) {
    this.#cost = cost;
  }

  /** As it is kept, by the convention `$scrypt$ln=..,r=..,p=..$salt$hash`. */
  async kept(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#hash(password, salt, this.#cost);
    return `$scrypt$ln=${this.#cost},r=${BLOCK},p=1$${encoded(salt)}$${encoded(hash)}`;
  }

  /** Takes the same time where nothing is kept. */
  async isIt(password: string, kept: string | undefined): Promise<boolean> {
    const [, cost, salt, hash] = KEPT.exec(kept ?? "") ?? [];
    if (cost === undefined || salt === undefined || hash === undefined) {
      await this.#hash(password, randomBytes(SALT_BYTES), this.#cost);
      return false;
    }
    const found = await this.#hash(password, Buffer.from(salt, "base64"), Number(cost));
    return timingSafeEqual(found, Buffer.from(hash, "base64"));
  }

  #hash(password: string, salt: Buffer, cost: number): Promise<Buffer> {
    const N = 2 ** cost;
    const options = { N, r: BLOCK, p: 1, maxmem: 2 * 128 * N * BLOCK };
    return this.#turns.alone(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          scrypt(normalized(password), salt, HASH_BYTES, options, (error, hash) =>
            error ? reject(error) : resolve(hash),
          );
        }),
    );
  }
}

function encoded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

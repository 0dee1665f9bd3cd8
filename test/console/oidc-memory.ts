import type { Adapter, AdapterPayload } from "oidc-provider";

/** What the provider remembers, of all kinds; a key is of one kind. */
export class Memory implements Adapter {
  static readonly #all = new Map<string, AdapterPayload>();
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    Memory.#all.set(`${this.#kind} ${id}`, payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return Memory.#all.get(`${this.#kind} ${id}`);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy((payload) => payload.uid === uid);
  }

  findByUserCode(code: string): Promise<AdapterPayload | undefined> {
    return this.#findBy((payload) => payload.userCode === code);
  }

  async consume(id: string): Promise<void> {
    const found = await this.find(id);
    if (found) found.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    Memory.#all.delete(`${this.#kind} ${id}`);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of Memory.#all) if (payload.grantId === grantId) Memory.#all.delete(key);
  }

  async #findBy(is: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> {
    return [...Memory.#all].find(([key, payload]) => key.startsWith(`${this.#kind} `) && is(payload))?.[1];
  }
}

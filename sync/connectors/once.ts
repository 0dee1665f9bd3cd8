/** Asked once by all who want to know it; what could not be found out is asked again. */
export class Once<T> {
  #asked: Promise<T> | undefined;

  get(ask: () => Promise<T>): Promise<T> {
    const asked = (this.#asked ??= ask());
    asked.catch(() => this.#asked === asked && this.forget());
    return asked;
  }

  /** It may be another one by now. */
  forget(): void {
    this.#asked = undefined;
  }
}

/** What cannot be done for now (a full disk). Whoever watches is told when it begins and when all of it is over. */
export class Troubles {
  readonly #tell: (detail: string | null) => void;
  readonly #now = new Set<string>();

  constructor(tell: (detail: string | null) => void) {
    this.#tell = tell;
  }

  /** `name` tells troubles apart; a `detail` of null ends it. */
  set(name: string, detail: string | null): void {
    if (detail === null) {
      if (this.#now.delete(name) && this.#now.size === 0) this.#tell(null);
    } else if (!this.#now.has(name)) {
      this.#now.add(name);
      this.#tell(detail);
    }
  }
}

/** A JSON document that may be anything: members are asked for, and are there or not. */
export class JsonView {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** Null where the text is not JSON. */
  static of(text: string | null): JsonView {
    try {
      return new JsonView(text === null ? null : JSON.parse(text));
    } catch {
      return new JsonView(null);
    }
  }

  get(...names: string[]): JsonView {
    let value = this.#value;
    for (const name of names) {
      const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
      value = isObject ? (value as Record<string, unknown>)[name] : undefined;
    }
    return new JsonView(value);
  }

  get text(): string | undefined {
    return typeof this.#value === "string" && this.#value !== "" ? this.#value : undefined;
  }

  get number(): number | undefined {
    return typeof this.#value === "number" ? this.#value : undefined;
  }

  get isTrue(): boolean {
    return this.#value === true;
  }

  get items(): JsonView[] {
    return Array.isArray(this.#value) ? this.#value.map((one) => new JsonView(one)) : [];
  }

  get members(): [string, JsonView][] {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).map(([name, one]) => [name, new JsonView(one)]);
  }
}

/** Who subscribed to what, found by topic in as many steps as the topic has levels. */
export interface SubscriptionTree<Subscriber, Options> {
  set(filter: string, subscriber: Subscriber, options: Options): void;
  remove(filter: string, subscriber: Subscriber): void;
  /** Every subscription that a topic meets; a subscriber comes once per filter that meets it. */
  match(topic: string): Iterable<[Subscriber, Options]>;
}

interface Node<Subscriber, Options> {
  children: Map<string, Node<Subscriber, Options>>;
  subscribers: Map<Subscriber, Options>;
}

export function createSubscriptionTree<Subscriber, Options>(): SubscriptionTree<
  Subscriber,
  Options
> {
  type Here = Node<Subscriber, Options>;
  const createNode = (): Here => ({ children: new Map(), subscribers: new Map() });
  const root = createNode();

  function* matchFrom(node: Here, levels: string[], at: number): Iterable<[Subscriber, Options]> {
    const level = levels[at];
    if (level === undefined) {
      yield* node.subscribers;
      return;
    }
    // MQTT 5.0 §4.7.2: a filter that starts with a wildcard does not meet a topic that starts with $.
    if (at > 0 || !level.startsWith("$")) {
      // Here, as at AWS IoT and other than in §4.7.1.2, `sensor/#` does not meet `sensor` itself.
      const rest = node.children.get("#");
      if (rest !== undefined) yield* rest.subscribers;
      const any = node.children.get("+");
      if (any !== undefined) yield* matchFrom(any, levels, at + 1);
    }
    const same = node.children.get(level);
    if (same !== undefined) yield* matchFrom(same, levels, at + 1);
  }

  function removeFrom(node: Here, levels: string[], at: number, subscriber: Subscriber): void {
    const level = levels[at];
    if (level === undefined) {
      node.subscribers.delete(subscriber);
      return;
    }
    const child = node.children.get(level);
    if (child === undefined) return;
    removeFrom(child, levels, at + 1, subscriber);
    if (child.children.size === 0 && child.subscribers.size === 0) node.children.delete(level);
  }

  return {
    set(filter, subscriber, options) {
      let node = root;
      for (const level of filter.split("/")) {
        const child = node.children.get(level) ?? createNode();
        node.children.set(level, child);
        node = child;
      }
      node.subscribers.set(subscriber, options);
    },
    remove(filter, subscriber) {
      removeFrom(root, filter.split("/"), 0, subscriber);
    },
    match(topic) {
      return matchFrom(root, topic.split("/"), 0);
    },
  };
}

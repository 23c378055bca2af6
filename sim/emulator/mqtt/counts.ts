/** What the broker counts since its start; `/metrics` prints each. */
export interface BrokerCounts {
  connectionsOpened: number;
  connectionsRefused: number;
  /** Connections ended by the broker for what the client sent. */
  clientErrors: number;
  messagesIn: number;
  messagesOut: number;
  /** Messages that a client did not get because it did not keep up, or does not take their size. */
  messagesDropped: number;
}

export function createBrokerCounts(): BrokerCounts {
  return {
    connectionsOpened: 0,
    connectionsRefused: 0,
    clientErrors: 0,
    messagesIn: 0,
    messagesOut: 0,
    messagesDropped: 0,
  };
}

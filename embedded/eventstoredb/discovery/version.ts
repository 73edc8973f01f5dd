/** The version of EventStoreDB that this node behaves like. Clients expect three parts. */
export const SERVER_VERSION = '23.10.6';

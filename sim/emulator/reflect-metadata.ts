/**
 * `Reflect`'s metadata functions, which tsyringe (below @peculiar/x509) demands of the program that
 * loads it. x509 resolves only classes without constructor arguments, so an own table is enough.
 * Import this before @peculiar/x509.
 */
const tables = new WeakMap<object, Map<unknown, unknown>>();

function getMetadata(key: unknown, target: object): unknown {
  return tables.get(target)?.get(key);
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const table = tables.get(target) ?? new Map<unknown, unknown>();
  tables.set(target, table.set(key, value));
}

if (!("getMetadata" in Reflect)) {
  Object.assign(Reflect, { getMetadata, getOwnMetadata: getMetadata, defineMetadata });
}

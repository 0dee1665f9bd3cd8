const queues = new Map<string, Promise<unknown>>();

/**
 * Does the work after everything else that was begun with the same key. The real azuread plugin locks one application
 * in this way, since parts of an application can be written only as a whole (read: terraform-provider-azuread 3.8).
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(key);
  const mine = Promise.resolve(before).then(work, work);
  queues.set(key, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(key) === mine) queues.delete(key);
  }
}

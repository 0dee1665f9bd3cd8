/** Assumed: never more at once, whatever is asked for. */
const LARGEST_PAGE = 50;

export interface ById {
  Params: { id: string };
}

export interface Paged {
  Querystring: { page?: string; pageSize?: string };
}

/** Assumed: pages are counted from 1, and each tells how many there are in all. */
export function pageOf<T>(
  items: readonly T[],
  { page, pageSize }: Paged["Querystring"],
): { items: T[]; total: number } {
  const size = Math.min(Number(pageSize ?? LARGEST_PAGE), LARGEST_PAGE);
  const start = (Number(page ?? 1) - 1) * size;
  return { items: items.slice(start, start + size), total: items.length };
}

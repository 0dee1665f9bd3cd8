import type { Source } from "../../sync/engine/types.ts";

/** The source, ending after so many pages, and saying so: what comes after them is not known. */
export function cutSource(source: Source, pages: number): Source {
  return {
    name: source.name,
    fetch: (ids, signal) => source.fetch(ids, signal),
    async *read(request) {
      const reading = source.read(request);
      for (let page = 0; page < pages; page += 1) {
        const next = await reading.next();
        if (next.done === true) return next.value;
        yield next.value;
      }
      // One more is read and dropped, so that a source of just as many pages is read to its end.
      const next = await reading.next();
      if (next.done === true) return next.value;
      await reading.return({ complete: false, cursor: null, notes: [] });
      return { complete: false, cursor: request.cursor ?? null, notes: ["A page is missing."] };
    },
  };
}

import type { Source } from "../../sync/model/types.ts";

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
      // The rest is read and dropped: who is protected is known in any case, and is told at the end.
      let next = await reading.next();
      if (next.done === true) return next.value;
      while (!next.done) next = await reading.next();
      const { protected: kept } = next.value;
      const rest = { complete: false, cursor: request.cursor ?? null, notes: ["A page is missing."] };
      return { ...rest, ...(kept && { protected: kept }) };
    },
  };
}

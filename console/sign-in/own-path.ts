/** A path of the console; whatever else an address asks for is the first page. */
export function ownPath(asked: unknown): string {
  if (typeof asked !== "string" || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked)) return "/";
  return asked.includes("\\") ? "/" : asked;
}

import { printableText } from "../../contract/text/printable.ts";

/**
 * From here on nothing that is printed into a pipe or a log acts there, wherever it came from: no control characters, no
 * marks of direction, no commands of CI services. On a terminal, where a prompt moves the cursor, what is rendered was
 * filtered value by value.
 */
export function filterPrinting(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    if (stream.isTTY) continue;
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === "string" ? printableText(chunk) : chunk, ...rest);
  }
}

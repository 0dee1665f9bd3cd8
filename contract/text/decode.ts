/**
 * Text files of people and programs, in the encodings that they are saved in: UTF-8 with or without a byte order mark,
 * and UTF-16, which Windows PowerShell writes by `>` and `Out-File`. Pure.
 *
 * @packageDocumentation
 */

/** The bytes are no text. `message` completes "... " after the name of the file. */
export class NotText extends Error {
  override name = "NotText";
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/**
 * The text in a file, without its byte order mark.
 *
 * @throws NotText when it is neither UTF-8 nor UTF-16
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // By name, since errors come from several realms.
    if ((error as Error).name !== "TypeError") throw error;
    throw new NotText("is neither UTF-8 nor UTF-16: save it as UTF-8", { cause: error });
  }
}

/** Text of ours begins with a character of ASCII, which shows UTF-16 also where there is no mark. */
function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== undefined && first !== 0 && second === 0) return "utf-16le";
  return first === 0 && second !== undefined && second !== 0 ? "utf-16be" : "utf-8";
}

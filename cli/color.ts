import pc from "picocolors";

/** Colour is for terminals: in a pipe, and so in a pipeline's log, lines are plain. */
export function wantsColor(stream: NodeJS.WriteStream = process.stdout): boolean {
  // Node's types say that isTTY is always there; for a pipe it is undefined, which picocolors would take for its default.
  return pc.isColorSupported && Boolean(stream.isTTY);
}

/** Picocolors for standard output, as {@link wantsColor} says. */
export const colors = pc.createColors(wantsColor());

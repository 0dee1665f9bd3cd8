/**
 * Faults as a connection feels them.
 *
 * @packageDocumentation
 */
import type { ServerResponse } from "node:http";
import type { ErrorStyle } from "./bodies.ts";

/** Answers in place of the host. */
export function answerFault(
  response: ServerResponse,
  fault: { status: number; retryAfter?: number | undefined; body?: unknown },
  style: ErrorStyle,
): void {
  const { contentType, body } =
    fault.body === undefined
      ? style(fault.status)
      : typeof fault.body === "string"
        ? { contentType: "text/plain; charset=utf-8", body: fault.body }
        : { contentType: "application/json; charset=utf-8", body: JSON.stringify(fault.body) };
  response.writeHead(fault.status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    ...(fault.retryAfter !== undefined && { "retry-after": String(fault.retryAfter) }),
  });
  response.end(body);
}

/** Lets the host answer, and ends the connection once `bytes` of the body have gone out. */
export function cutAnswer(response: ServerResponse, bytes: number): void {
  const write = response.write.bind(response) as (chunk: Buffer, sent?: () => void) => boolean;
  const end = response.end.bind(response) as () => ServerResponse;
  let left = bytes;
  let isCut = false;

  /** Sends what may pass; true while there is more to come. */
  const pass = (chunk: unknown, encoding: unknown): boolean => {
    if (isCut) return false;
    const content = toBuffer(chunk, encoding);
    if (content.length <= left) {
      left -= content.length;
      if (content.length > 0) write(content);
      return true;
    }
    isCut = true;
    if (left > 0) write(content.subarray(0, left), () => response.destroy());
    else {
      response.flushHeaders();
      // Its callback comes once the headers are out.
      response.socket?.write("", () => response.destroy());
    }
    return false;
  };

  const done = (args: unknown[]) => args.find((each): each is () => void => typeof each === "function");
  response.write = (chunk: unknown, ...args: unknown[]) => {
    pass(chunk, args[0]);
    const callback = done(args);
    if (callback) setImmediate(callback);
    return true;
  };
  response.end = ((...args: unknown[]) => {
    const [chunk, encoding] = args;
    const whole = chunk === undefined || chunk === null || typeof chunk === "function" ? !isCut : pass(chunk, encoding);
    if (whole) end();
    const callback = done(args);
    if (callback) setImmediate(callback);
    return response;
  }) as ServerResponse["end"];
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === "string")
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array);
}

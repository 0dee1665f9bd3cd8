import { spawn } from "node:child_process";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a command of the story to its end, line by line for whoever shows progress. */
export async function run(
  command: readonly [string, ...string[]],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    input?: string;
    onLine?: (line: string, stream: "stdout" | "stderr") => void;
  },
): Promise<Ran> {
  const [file, ...args] = command;
  const started = performance.now();
  const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    let rest = "";
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      const lines = (rest + text).split(/[\r\n]+/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) options.onLine?.(line.trim(), name);
    });
  }
  // A command need not read what it is given: it may have ended before that was written.
  child.stdin.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") child.emit("error", error);
  });
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit, signal) => resolve(exit ?? (signal ? 128 : 1)));
  });
  return { code, ...output, seconds: (performance.now() - started) / 1000 };
}

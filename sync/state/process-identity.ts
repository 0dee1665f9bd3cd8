/**
 * Who holds a lock, told so exactly that another process of the same machine can see whether it is still there.
 *
 * @packageDocumentation
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  /** For people. */
  readonly host: string;
  /** Boot and process namespace: only where these are the same do process ids mean the same. */
  readonly machine: string;
  readonly pid: number;
  /** When the process began, in the system's own count; tells a reused id. Empty where the system does not say. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  const started = startOf(process.pid) ?? "";
  return { host: hostname(), machine: machineIdentity(), pid: process.pid, started };
}

/** Whether a process is certainly over. A process of another machine never is: that cannot be seen from here. */
export function isDead(other: ProcessIdentity): boolean {
  if (other.machine !== machineIdentity()) return false;
  if (!exists(other.pid)) return true;
  return other.started !== "" && startOf(other.pid) !== other.started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, but it is somebody else's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Containers may share a host's name and each have their own process 1, hence boot and namespace. */
function machineIdentity(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Not Linux: one host name, one machine.
    return hostname();
  }
}

/** Start of a process by /proc/<pid>/stat; nothing for one that is gone, has ended, or where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name (second field) may hold blanks and brackets: count from behind the last bracket.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // State Z: it has ended, and only its parent has not looked yet.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

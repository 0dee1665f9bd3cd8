import type { Attention } from "../types.ts";

export function danger(text: string): Attention {
  return { level: "danger", text };
}

export function notice(text: string): Attention {
  return { level: "notice", text };
}

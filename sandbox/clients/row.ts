/** One call of one client, and how it went. */
export interface Row {
  readonly client: string;
  readonly call: string;
  readonly outcome: "passed" | "refused" | "failed";
  /** Why it is refused, or what went wrong. */
  readonly said: string;
}

/** What a client is run with. */
export interface Surroundings {
  /** The stand-in's variables, in place of this machine's own. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder for the client's own settings, removed afterwards. */
  readonly folder: string;
  /** What calls name in braces: ids, names and secrets of the stand-in's world. */
  readonly known: Record<string, string>;
  readonly onRow: (row: Row) => void;
}

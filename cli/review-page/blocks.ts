/** What a page is made of, for every renderer alike. @packageDocumentation */
export type Tone = "added" | "removed" | "danger" | "notice" | "plain";

export interface Row {
  readonly tone: Tone;
  readonly cells: readonly string[];
}

export type Block =
  | { readonly kind: "heading"; readonly tone: Tone; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly { readonly tone: Tone; readonly text: string }[] }
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: readonly Row[] };

export interface Section {
  readonly title: string;
  readonly tone: Tone;
  /** Shown at once, or only when somebody opens it. */
  readonly open: boolean;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: string;
  /** By whom and from what it is; empty where nothing is known. */
  readonly origin: string;
  /** One line: what happens, and how bad it is. */
  readonly summary: string;
  readonly tone: Tone;
  readonly sections: readonly Section[];
  /** What it does not look at. */
  readonly footnote: string;
}

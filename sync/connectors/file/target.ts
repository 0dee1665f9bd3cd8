/**
 * A file of people as a target, and the simplest example of one: JSON lines or CSV, a person a line with `id` (the
 * source's id), `active` and the mapped fields.
 *
 * @packageDocumentation
 */
import { type BigIntStats, constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { decodeText, NotText } from "../../../contract/text/decode.ts";
import { TenantwireError } from "../../../contract/errors.ts";
import { chunks } from "../../model/chunks.ts";
import type { Fields, FieldValue, NewObject, Place, Target, Item } from "../../model/types.ts";
import { fieldValue } from "../values.ts";
import { NO_LINK, checkNoLinks } from "../../local/links.ts";
import { replaceFile } from "./replace.ts";
import { type Format, OWN_NAMES, parseRows, printRows, type Row, type Rows } from "./rows.ts";

export interface FileTargetOptions {
  /** Absolute, or from the folder that the sync runs in. The folder has to be there, the file need not. */
  readonly path: string;
  readonly format: Format;
  /** Fields that are mapped. */
  readonly fields: readonly string[];
  /** The field that says what somebody is called; by default, and where it is empty, the first that is a text. */
  readonly nameField?: string;
  /** Where it is in the settings; by default `tenantwire:files.users`. */
  readonly setting?: string;
}

/** So many changes are written at once: each time, the whole file is. */
const CONCURRENCY = 1_000;
const PAGE = 1_000;
/** It holds personal data: for its owner alone, unless it was given other permissions before. */
const MODE = 0o600;

export function createFileTarget(options: FileTargetOptions): Target {
  return new FileTarget(options);
}

/** Settings come in the order of the alphabet, in which a department is before a name. */
export function nameFieldOf(fields: Readonly<Record<string, string>>): Pick<FileTargetOptions, "nameField"> {
  const nameField = Object.keys(fields).find((field) => fields[field] === "displayName");
  return nameField === undefined ? {} : { nameField };
}

interface Snapshot {
  readonly rows: Rows;
  /** Which file this is; `none` while there is none. */
  readonly version: string;
  readonly mode: number;
}

interface Pending {
  readonly apply: (rows: Map<string, Row>) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class FileTarget implements Target {
  readonly name: string;
  readonly matchBy = ["id"] as const;
  readonly concurrency = CONCURRENCY;
  readonly #path: string;
  readonly #options: FileTargetOptions;
  readonly #setting: string;
  #last: Snapshot | undefined;
  #reading: Promise<Snapshot> | undefined;
  #pending: Pending[] = [];
  #writing = false;

  constructor(options: FileTargetOptions) {
    this.#options = options;
    this.#path = resolve(options.path);
    this.name = basename(options.path);
    this.#setting = options.setting ?? "tenantwire:files.users";
  }

  /** A file is told by its path, and by who is in it: one that is not there, or empty, is written anew. */
  async place(): Promise<Place> {
    const mend = `put that file there, or correct ${this.#setting}.path and deploy (pulumi up)`;
    return { id: this.#path, label: "the file", mend, isAddress: true };
  }

  async check(fieldNames: readonly string[]): Promise<void> {
    const taken = fieldNames.find((name) => OWN_NAMES.some((own) => own === name));
    if (taken !== undefined) {
      throw new TenantwireError(
        `A field of ${this.name} cannot be called "${taken}", every line has that already: choose another name in ${this.#setting}.fields.`,
      );
    }
    // Also where nothing will be written: that the folder is missing is better known now.
    const folder = await open(dirname(this.#path), "r").catch((error: unknown) => {
      throw this.#failure("used", error);
    });
    await folder.close();
    await this.#read();
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    const rows = [...(await this.#read()).rows.values()];
    for (const page of chunks(rows, PAGE)) {
      signal.throwIfAborted();
      yield page.map((row) => this.#objectOf(row));
    }
  }

  async find(attribute: string, value: string): Promise<readonly Item[]> {
    if (attribute !== "id") throw new TypeError(`The people of a file are not looked up by ${attribute}.`);
    const object = await this.get(value);
    return object === undefined ? [] : [object];
  }

  async get(id: string): Promise<Item | undefined> {
    const row = (await this.#read()).rows.get(id);
    return row && this.#objectOf(row);
  }

  /** The id is the source's: doing it again, after a crash, makes nobody twice. */
  async create({ sourceId, fields }: NewObject): Promise<{ readonly id: string }> {
    await this.#change((rows) => {
      rows.set(sourceId, { id: sourceId, active: true, fields: { ...rows.get(sourceId)?.fields, ...fields } });
    });
    return { id: sourceId };
  }

  async update(id: string, fields: Fields): Promise<void> {
    await this.#changeRow(id, (row) => ({ ...row, fields: { ...row.fields, ...fields } }));
  }

  async setActive(id: string, active: boolean): Promise<void> {
    await this.#changeRow(id, (row) => ({ ...row, active }));
  }

  /** Whoever is in the file carries the source's id: there is nothing to store. */
  async adopt(id: string, sourceId: string): Promise<void> {
    if (id !== sourceId) throw new TypeError("The people of a file are matched by their id alone.");
    await this.#changeRow(id, (row) => row);
  }

  #objectOf({ id, active, fields: all }: Row): Item {
    const fields: Record<string, FieldValue> = {};
    for (const name of this.#options.fields) fields[name] = fieldValue(all[name]);
    const name = fields[this.#options.nameField ?? ""];
    const label = typeof name === "string" ? name : Object.values(fields).find((value) => typeof value === "string");
    const life = active ? "active" : "inactive";
    return { id, label: label === undefined ? id : String(label), life, fields, keys: { id } };
  }

  #changeRow(id: string, change: (row: Row) => Row): Promise<void> {
    return this.#change((rows) => {
      const row = rows.get(id);
      if (row === undefined) throw new TenantwireError(`${this.name} has nobody with the id ${id}.`);
      rows.set(id, change(row));
    });
  }

  #change(apply: Pending["apply"]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ apply, resolve, reject });
      if (!this.#writing) void this.#writePending();
    });
  }

  /** Whatever is waiting goes into the file together. A change is done when it is on the disk. */
  async #writePending(): Promise<void> {
    this.#writing = true;
    while (this.#pending.length > 0) {
      // Those who change something at the same time are let in first.
      await nextTurn();
      const batch = this.#pending.splice(0);
      try {
        const applied = await this.#write(batch);
        for (const { resolve } of applied) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }

  /** Returns those that were written; one that is refused is told so by itself. */
  async #write(batch: readonly Pending[]): Promise<readonly Pending[]> {
    const { rows: before, mode } = await this.#load(this.#last);
    const rows = new Map(before);
    const applied = batch.filter(({ apply, reject }) => {
      try {
        apply(rows);
        return true;
      } catch (error) {
        reject(error);
        return false;
      }
    });
    if (applied.length === 0) return [];
    const { format, fields } = this.#options;
    checkNoLinks(this.#path);
    try {
      await replaceFile(this.#path, printRows(rows, format, fields), mode);
    } catch (error) {
      throw this.#failure("written", error);
    }
    this.#last = { rows, version: await this.#version(), mode };
    // Whoever asks from now on is answered from the file itself, not from what was meant to be in it.
    this.#reading = undefined;
    return applied;
  }

  /** What the file says, read once for all that ask between two writes. */
  #read(): Promise<Snapshot> {
    const reading = (this.#reading ??= this.#load(undefined));
    reading.then(
      (snapshot) => (this.#last ??= snapshot),
      () => (this.#reading = undefined),
    );
    return reading;
  }

  /** @param known taken as it is when the file is still the same */
  async #load(known: Snapshot | undefined): Promise<Snapshot> {
    if (known !== undefined && known.version === (await this.#version())) return known;
    checkNoLinks(this.#path);
    try {
      const file = await open(this.#path, constants.O_RDONLY | NO_LINK);
      try {
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile() && !stats.isDirectory()) {
          throw new TenantwireError(`${this.#path} is no file: put one there, or correct ${this.#setting}.path.`);
        }
        const rows = parseRows(this.#textOf(await file.readFile()), this.#options.format, this.name);
        return { rows, version: versionOf(stats), mode: Number(stats.mode & 0o777n) };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissing(error)) return { rows: new Map(), version: NONE, mode: MODE };
      throw error instanceof TenantwireError ? error : this.#failure("read", error);
    }
  }

  /** A person may have saved it in another encoding than it was written in. */
  #textOf(bytes: Uint8Array): string {
    try {
      return decodeText(bytes);
    } catch (error) {
      if (!(error instanceof NotText)) throw error;
      throw new TenantwireError(`The file ${this.#path} ${error.message}.`, { cause: error });
    }
  }

  async #version(): Promise<string> {
    try {
      return versionOf(await stat(this.#path, { bigint: true }));
    } catch (error) {
      if (isMissing(error)) return NONE;
      throw this.#failure("read", error);
    }
  }

  #failure(done: string, error: unknown): TenantwireError {
    const { code, message } = error as NodeJS.ErrnoException;
    return new TenantwireError(
      `The file ${this.#path} cannot be ${done} (${code ?? message}): check ${this.#setting}.path, that its folder exists, and who may write there.`,
      { cause: error },
    );
  }
}

const NONE = "none";

function versionOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

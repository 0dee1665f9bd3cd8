/** The pages that people read, and what is in them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../sandbox/project.ts";

export interface Page {
  /** From the top of the checkout. */
  readonly file: string;
  readonly text: string;
}

const FOLDERS = [".", "docs", "docs/reference", "sandbox", "templates"];

export const pages: readonly Page[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
).map((file) => ({ file, text: readFileSync(join(repository, file), "utf8") }));

/** Lines of shell: of the blocks that are such, and what stands in backticks. */
export function commandsIn({ text }: Page): readonly string[] {
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = ""]) =>
    block.replaceAll(/ \\\n\s*/g, " ").split("\n"),
  );
  const indented = text.split("\n").filter((line) => /^ {4}(npx|npm|pulumi|tenantwire)\b/.test(line));
  const inline = [...text.replaceAll(/^ *```.*?^ *```/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...blocks, ...indented, ...inline].flatMap(commandsOf);
}

/** The commands of one line, each without what is piped, and without what it is called with. */
function commandsOf(line: string): string[] {
  return line
    .replace(/(^|\s)#.*$/, "")
    .split(/\s*(?:&&|\|\|?|;|\$\(|<\(|\s>\s?)\s*/)
    .map((command) =>
      command
        .trim()
        .replace(/^(\$ |\w+=\S* )*/, "")
        .replace(/^npx --no-install /, "")
        .replace(/^\.\.\. /, "tenantwire sync ")
        .replace(/\)$/, ""),
    )
    .filter((command) => /^(tenantwire|pulumi|npm) [a-z-]/.test(command));
}

/** Words of a command, as a shell has them. Places to fill in are words. */
export function wordsOf(command: string): readonly string[] {
  const marked = command.replaceAll(/<[^>]*>/g, "x").replaceAll(/\$\w+/g, "x");
  return (marked.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ""));
}

/** What a link inside the checkout leads to; `undefined` for other sites. */
export function* linksIn({ file, text }: Page): Generator<{ link: string; path: string; anchor: string | undefined }> {
  const prose = text.replaceAll(/^ *```.*?^ *```/gms, "").replaceAll(/`[^`\n]*`/g, "");
  for (const [, link = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path = "", anchor] = link.split("#");
    // What `init` writes is in another repository, which has the package.
    const inPackage = path.replace(/^node_modules\/tenantwire\//, "");
    const base = inPackage === path ? join(file, "..") : ".";
    yield { link, path: path === "" ? file : join(base, inPackage), anchor };
  }
}

/** Anchors of a page as GitHub makes them. */
export function anchorsOf(path: string): ReadonlySet<string> {
  const file = join(repository, path);
  if (!existsSync(file) || !path.endsWith(".md")) return new Set();
  const headings = readFileSync(file, "utf8").matchAll(/^#{1,6} (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/**
 * Every command that a message names is one that works when it is copied: it is made in one place, and the command line
 * itself takes it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import ts from "typescript";
import { program } from "../../cli/index.ts";
import { command, commandFor, fill, storing, workFor } from "../../contract/this-stack.ts";
import { repository } from "../../sandbox/project.ts";
import { wordsOf } from "../docs/pages.ts";

const FOLDERS = [
  "bootstrap",
  "cli",
  "components",
  "console",
  "contract",
  "doctor",
  "grants",
  "review",
  "stacks",
  "sync",
];
const MAKER = "contract/this-stack.ts";

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith(".ts") && file !== MAKER),
).map((file) => ({
  file,
  tree: ts.createSourceFile(file, readFileSync(join(repository, file), "utf8"), ts.ScriptTarget.Latest, true),
}));

const tops = program().commands.map((each) => each.name());

/** The command of these names; undefined: there is none. */
function commandCalled(names: string): Command | undefined {
  return names
    .split(" ")
    .reduce<Command | undefined>((above, name) => above?.commands.find((each) => each.name() === name), program());
}

/** What the command line takes at that command: its own options, and those of the commands above. */
function flagsOf(each: Command): readonly string[] {
  const own = each.options
    .flatMap(({ short, long }) => [short, long])
    .filter((flag) => flag !== undefined && flag !== null);
  return each.parent ? [...own, ...flagsOf(each.parent)] : own;
}

interface Named {
  readonly file: string;
  readonly name: string;
  /** As written; what is only known in a run is undefined. */
  readonly words: readonly (string | undefined)[];
}

function callsIn({ file, tree }: (typeof sources)[number]): Named[] {
  const found: Named[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const skipped = { command: 0, commandFor: 1, own: 0 }[node.expression.text];
      const [first, ...rest] = skipped === undefined ? [] : node.arguments.slice(skipped);
      if (first !== undefined && (ts.isStringLiteral(first) || ts.isNoSubstitutionTemplateLiteral(first))) {
        const words = rest.map((each) => (ts.isStringLiteral(each) ? each.text : undefined));
        found.push({ file, name: first.text, words });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const calls = sources.flatMap(callsIn);

it("there are many of them", () => {
  expect(calls.length).toBeGreaterThan(60);
});

it.each([...new Map(calls.map((each) => [`${each.name} ${each.words.join(" ")}`, each])).values()])(
  "$name $words ($file) is a command with these options",
  ({ name, words }) => {
    const asked = commandCalled(name);
    if (!asked) throw new Error(`There is no command ${name}.`);
    const flags = words.filter((word) => word?.startsWith("-") && word !== "--");
    const args = words.slice(0, words.findIndex((word) => word?.startsWith("-")) >>> 0);

    for (const flag of flags) expect(flagsOf(asked)).toContain(flag);
    expect(args.length).toBeLessThanOrEqual(asked.registeredArguments.length);
    if (name !== "sandbox exec") {
      expect(args.length).toBeGreaterThanOrEqual(asked.registeredArguments.filter(({ required }) => required).length);
    }
  },
);

it("ends where its sentence goes on: a dot behind it would be copied too", () => {
  const found = sources.flatMap(({ file, tree }) => {
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isTemplateSpan(node) && ts.isCallExpression(node.expression) && /^[.,]/.test(node.literal.text)) {
        const { expression } = node.expression;
        if (ts.isIdentifier(expression) && ["command", "commandFor", "own"].includes(expression.text)) {
          texts.push(`${file}: ${node.getText(tree)}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return texts;
  });

  expect(found).toEqual([]);
});

it("is written out nowhere else: a text would lack the stack", () => {
  // What the help says, who did something, and what a registration is called.
  const others = new Set(["description", "option", "argument", "requiredOption", "by", "displayName", "usedBy"]);
  const pattern = new RegExp(`\\btenantwire (${tops.join("|")})\\b`);
  const found = sources.flatMap(({ file, tree }) => {
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        if (others.has(node.expression.name.text)) return;
      }
      if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && others.has(node.name.text)) return;
      if (
        (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) &&
        pattern.test(node.text)
      ) {
        texts.push(`${file}: ${node.text}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return texts;
  });

  // The tarball's own has no stack yet.
  expect(found.filter((text) => !/displayName:|npx --package=/.test(text))).toEqual([]);
});

describe("for the stack of the process", () => {
  afterEach(() => workFor({}));

  const everything = (each: Command): string[] =>
    each.commands.flatMap((below) => {
      const names = everything(below).map((name) => `${below.name()} ${name}`);
      // What only has commands below it does nothing itself.
      const runs = below.commands.length === 0 || below.options.length > 0;
      return below.name() === "complete" ? [] : [...(runs ? [below.name()] : []), ...names];
    });

  it.each(everything(program()))("%s is told what of it that takes", (name) => {
    const asked = commandCalled(name);
    if (!asked) throw new Error(`There is no command ${name}.`);
    const known = flagsOf(asked);

    for (const which of [{ stack: "contoso" }, { outputs: "contoso.json" }, { stack: "contoso", state: "kept.db" }]) {
      workFor(which);
      const flags = wordsOf(command(name)).filter((word) => word.startsWith("-") && word !== "--no-install");
      for (const flag of flags) expect(known).toContain(flag);
      expect(flags.includes("-s") || flags.includes("--outputs")).toBe(known.includes("-s"));
      expect(flags.includes("--state")).toBe("state" in which && known.includes("--state"));
    }
  });
});

describe("is what somebody types", () => {
  const PLAN = "npx --no-install tenantwire plans connect";

  it.each([
    [["0123", "--to", "7"], `${PLAN} 0123 -s contoso --to 7`],
    [[fill("plan"), "--to", fill("work item")], `${PLAN} <plan> -s contoso --to <work item>`],
    [["Rooms,2026", "--to", "7"], `${PLAN} "Rooms,2026" -s contoso --to 7`],
    [["New office", "--to", "7"], `${PLAN} "New office" -s contoso --to 7`],
    [["$(reboot)", "--to", "7"], `${PLAN} '$(reboot)' -s contoso --to 7`],
    [["Ann's; `x`\n", "--to", "7"], `${PLAN} 'Ann'\\''s; \`x\`\\n' -s contoso --to 7`],
  ])("%j", (words, line) => {
    expect(commandFor({ stack: "contoso" }, "plans connect", ...words)).toBe(line);
  });

  it("also where a secret is stored", () => {
    expect(storing("onesKey", { stack: "contoso" })).toBe("pulumi config set --secret onesKey --stack contoso");
    expect(storing(fill("name under ones.key.secret"))).toBe(
      "pulumi config set --secret <name under ones.key.secret> --stack <stack>",
    );
  });
});

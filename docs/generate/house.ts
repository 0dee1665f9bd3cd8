/**
 * The picture of the house: folders and who imports whom, from the same graph that `npm run check` judges.
 *
 * @packageDocumentation
 */
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import house from "./house.json" with { type: "json" };

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const CHECK = join(import.meta.dirname, "..", "..", ".dependency-cruiser.js");
const FOLDERS = [...house.floors.flat(), ...house.beside];

/** Which folder imports from which, each pair once, in the order of the floors. Types count. */
async function arrows(): Promise<readonly Arrow[]> {
  const { output } = await cruise(FOLDERS, await extractDepcruiseOptions(CHECK));
  if (typeof output === "string") throw new Error("dependency-cruiser answered with a text instead of a graph.");
  const pairs = output.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ from: folderOf(source), to: folderOf(resolved) })),
  );
  return FOLDERS.flatMap((from) =>
    FOLDERS.filter((to) => to !== from && pairs.some((pair) => pair.from === from && pair.to === to)).map((to) => ({
      from,
      to,
    })),
  );
}

export async function housePage(): Promise<string> {
  const floors = house.floors.map(
    (names, index) => `  subgraph floor${house.floors.length - index}[" "]\n${boxes(names)}  end\n`,
  );
  const lines = (await arrows()).map(({ from, to }) => `  ${from} --> ${to}\n`);
  return [
    "# The house\n\n",
    "Folders and who imports whom. Made by `npm run docs`; `npm run check` refuses an import that goes up, to a neighbour on the same floor, or in a circle of files.\n\n",
    "```mermaid\nflowchart TB\n",
    ...floors,
    boxes(house.beside),
    ...lines,
    "```\n\n",
    "Beside it: `bin/` starts `cli/`; `sandbox/` is a package of its own, which `cli/` finds by its name when it is installed; `test/` and `bench/` may import everything.\n",
  ].join("");
}

function boxes(names: readonly string[]): string {
  return names.map((name) => `    ${name}["${name}/"]\n`).join("");
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? "";
}

/**
 * Checks of what is synced to: what a target says can be tried of it, and what can be tried of any.
 *
 * @packageDocumentation
 */
import type { Place, Reach, Target } from "../../sync/model/types.ts";
import type { Trial } from "../../sync/model/trial.ts";
import { roomTrials } from "../../sync/kinds/rooms/targets.ts";
import { declaredTarget, declaredTargets, userTarget } from "../../sync/kinds/users/targets.ts";
import type { Access } from "./access.ts";
import { type Check, failed, ok, unknowable } from "./check.ts";

export interface Remembered {
  /** By the name of the target: where the users' sync wrote to before, if it did. */
  readonly places: ReadonlyMap<string, Pick<Place, "id" | "label">>;
  /** Asked before a product's key is read. */
  readonly reach: Reach;
}

/** A product that both users and rooms are synced to is asked once. */
export function targetChecks(access: Access, { places, reach }: Remembered): Check[] {
  const { outputs } = access;
  const secret = (name: string) => access.secret(name);
  const ofUsers = declaredTargets(outputs).flatMap((name) => {
    const { product, remote, users, trials } = userTarget(name);
    const fields = Object.keys(users(outputs.integrations)?.fields ?? {});
    const open = async () =>
      declaredTarget(outputs, name).open({
        fields,
        credential: await access.vaultReader(),
        reach,
        onRequest: () => {},
      });
    let opened: Promise<Target> | undefined;
    const target = () => (opened ??= open());
    if (trials) return trials(outputs, { target, fields, reach, secret }).map(checkOf);
    // A file is where the syncs run, and no other place tells anything of it.
    return remote ? checksOf({ name, product, fields, target, before: places.get(name) }) : [];
  });
  const checks = [...ofUsers, ...roomTrials(outputs, { reach, secret }).map(checkOf)];
  return [...new Map(checks.map((each) => [each.id, each])).values()];
}

function checkOf(trial: Trial): Check {
  const { id, tried } = trial;
  return { id, tried, run: async (signal) => ok(await trial.run(signal)) };
}

interface Checked {
  readonly name: string;
  readonly product: string;
  readonly fields: readonly string[];
  /** Opened once, by whoever may read its key. */
  readonly target: () => Promise<Target>;
  /** Where the syncs wrote before, if they did. */
  readonly before: Pick<Place, "id" | "label"> | undefined;
}

/** Of any target: is it the same as before, has it the fields, does it list who is there? */
function checksOf({ name, product, fields, target, before }: Checked): Check[] {
  return [
    {
      id: `key/${name}`,
      tried: `ask ${product} where the key leads`,
      async run(signal) {
        const place = await (await target()).place?.(signal);
        if (place === undefined) return unknowable(`Nothing tells one ${product} from another.`);
        if (before && before.id !== place.id) {
          return failed(
            `The key is of ${place.label} (${place.id}), but the syncs wrote to ${before.label} (${before.id}) before: ${place.mend}.`,
          );
        }
        return ok(`It is of ${place.label} (${place.id})${before ? ", as before" : ""}.`);
      },
    },
    {
      id: `fields/${name}`,
      tried: `whether ${product} has the mapped fields`,
      async run(signal) {
        await (await target()).check(fields, signal);
        return ok(`It has ${fields.join(", ")}.`);
      },
    },
    {
      id: `list/${name}`,
      tried: `list who is in ${product}`,
      async run(signal) {
        // The first of them are enough; what else a listing needs is asked for before.
        for await (const _ of (await target()).list(signal)) break;
        return ok("It answers.");
      },
    },
  ];
}

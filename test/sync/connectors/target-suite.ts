/** What every target of users has to do, whatever is behind it. A new target passes this before anything else. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fieldValue } from "../../../sync/connectors/values.ts";
import type { Fields, NewObject, Target, Item } from "../../../sync/model/types.ts";

export interface Person {
  /** Id in the source. */
  readonly id: string;
  readonly name: string;
  readonly mail: string;
}

/** A target with its outside system, and what the suite cannot know of it. */
export interface TargetUnderTest {
  /** As a run opens it; what one opened wrote, the next one sees. */
  open(): Target;
  /** The fields that the target cannot be without, of a person. All mapped fields are these and `text`. */
  required(person: Person): Fields;
  /** A mapped field that holds any text, or nothing. */
  readonly text: string;
  /** The name of a field that cannot be mapped. */
  readonly refused: string;
  close(): Promise<void>;
}

const signal = AbortSignal.timeout(60_000);
const NOBODY = "6f1c7a0e-0000-4000-8000-ffffffffffff";
/** More than the largest page of any stand-in. */
const MANY = 120;

export function describeTarget(name: string, make: () => Promise<TargetUnderTest>): void {
  describe(`${name}, as every target,`, () => {
    let given: TargetUnderTest;
    let target: Target;
    let people = 0;

    beforeAll(async () => {
      given = await make();
      target = given.open();
    });
    afterAll(() => given.close());

    function somebody(): Person {
      const number = (people += 1);
      const id = `6f1c7a0e-0000-4000-8000-${String(number).padStart(12, "0")}`;
      return { id, name: `Person ${number}`, mail: `Person${number}@contoso.com` };
    }

    function wanted(person: Person, text: string | null): NewObject {
      const fields = { ...given.required(person), [given.text]: text };
      return { sourceId: person.id, label: person.name, fields };
    }

    async function created(text: string | null = "some text") {
      const person = somebody();
      const object = wanted(person, text);
      const { id = "" } = await target.create(object, signal);
      return { person, id, fields: object.fields };
    }

    async function existing(id: string): Promise<Item> {
      const object = await target.get(id, signal);
      if (object === undefined) throw new Error(`${name} has no ${id}.`);
      return object;
    }

    async function listed(from: Target): Promise<Item[]> {
      const objects: Item[] = [];
      for await (const page of from.list(signal)) objects.push(...page);
      return objects;
    }

    it("accepts the mapped fields, and refuses one that cannot be by its name", async () => {
      const fields = Object.keys(wanted(somebody(), null).fields);

      await target.check(fields, signal);
      await expect(target.check([...fields, given.refused], signal)).rejects.toThrow(given.refused);
    });

    it("holds what was created: active, every field, the source's id", async () => {
      const { person, id, fields } = await created();

      const object = await existing(id);

      expect(object).toMatchObject({ id, life: "active", fields });
      expect(Object.keys(object.fields ?? {}).sort()).toEqual(Object.keys(fields).sort());
      expect(object.keys[target.matchBy[0]]).toBe(person.id);
      expect(await given.open().get(id, signal)).toEqual(object);
    });

    it("finds by each attribute that it matches by, in the listing's own values, and only that", async () => {
      const { id = "" } = await created();
      await created();
      const object = await existing(id);

      for (const attribute of target.matchBy) {
        // An attribute that nothing was stored under is one that only other systems write.
        const value = object.keys[attribute];
        if (value !== undefined) expect(await target.find(attribute, value, signal)).toEqual([object]);
        expect(await target.find(attribute, NOBODY, signal)).toEqual([]);
      }
      expect(object.keys).toHaveProperty(target.matchBy[0]);
    });

    it("leaves the fields alone that an update does not name", async () => {
      const { id, fields } = await created("before");

      await target.update(id, { [given.text]: "after" }, signal);
      expect((await existing(id)).fields).toEqual({ ...fields, [given.text]: "after" });

      const renamed = given.required({ ...somebody(), id });
      await target.update(id, renamed, signal);
      expect((await existing(id)).fields).toEqual({ ...renamed, [given.text]: "after" });
    });

    it("empties a field", async () => {
      const { id, fields } = await created();

      await target.update(id, { [given.text]: null }, signal);

      expect((await existing(id)).fields).toEqual({ ...fields, [given.text]: null });
    });

    it("makes inactive and active again, and forgets nothing meanwhile", async () => {
      const { id = "" } = await created();
      const before = await existing(id);

      await target.setActive(id, false, signal);
      const inactive = await existing(id);
      await target.setActive(id, true, signal);

      expect(inactive).toEqual({ ...before, life: "inactive" });
      expect(await existing(id)).toEqual(before);
    });

    it("lists and finds the inactive too", async () => {
      const { person, id } = await created();

      await target.setActive(id, false, signal);

      expect((await listed(target)).find((object) => object.id === id)?.life).toBe("inactive");
      expect(await target.find(target.matchBy[0], person.id, signal)).toHaveLength(1);
    });

    it("adopts: stores the source's id, where there are other attributes to match by, and changes nothing else", async () => {
      const { person, id } = await created();
      const before = await existing(id);
      const [correlation, ...weaker] = target.matchBy;
      const adopter = weaker.length > 0 ? somebody().id : person.id;

      await target.adopt(id, adopter, signal);

      expect(await existing(id)).toEqual({ ...before, keys: { ...before.keys, [correlation]: adopter } });
      expect(await target.find(correlation, adopter, signal)).toHaveLength(1);
    });

    it("lists everybody once, as they are when asked for one by one", async () => {
      const ids: string[] = [];
      for (let made = 0; made < MANY; made += 1) ids.push((await created()).id);

      const objects = await listed(given.open());

      expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
      const byId = new Map(objects.map((object) => [object.id, object]));
      for (const id of ids) expect(byId.get(id)).toEqual(await existing(id));
    });

    it("has nobody under an id that it did not give, and makes nobody by writing to it", async () => {
      const before = (await listed(target)).length;

      expect(await target.get(NOBODY, signal)).toBeUndefined();
      await expect(target.update(NOBODY, { [given.text]: "x" }, signal)).rejects.toThrow();
      await expect(target.setActive(NOBODY, false, signal)).rejects.toThrow();

      expect(await listed(target)).toHaveLength(before);
    });

    it("takes as many writes at once as it says, and loses none", async () => {
      const persons = Array.from({ length: Math.min(target.concurrency * 3, 150) }, somebody);

      const ids = await Promise.all(
        persons.map(async (each) => (await target.create(wanted(each, "a"), signal)).id ?? ""),
      );
      await Promise.all(
        ids.flatMap((id, index) => [
          target.update(id, { [given.text]: `b${index}` }, signal),
          target.setActive(id, index % 2 === 0, signal),
        ]),
      );

      expect(new Set(ids).size).toBe(persons.length);
      const byId = new Map((await listed(given.open())).map((object) => [object.id, object]));
      for (const [index, id] of ids.entries()) {
        expect(byId.get(id)).toMatchObject({
          life: index % 2 === 0 ? "active" : "inactive",
          fields: { [given.text]: `b${index}` },
        });
      }
    });

    it("refuses one write at once with others without losing those", async () => {
      const { id = "" } = await created();

      const [refused] = await Promise.allSettled([
        target.update(NOBODY, { [given.text]: "x" }, signal),
        target.update(id, { [given.text]: "kept" }, signal),
      ]);

      expect(refused.status).toBe("rejected");
      expect((await existing(id)).fields?.[given.text]).toBe("kept");
    });

    describe("gives back a value that equals what was written:", () => {
      it.each([
        "007",
        "0",
        "00123456789012345678901234567890",
        "-1",
        "1e3",
        "+49 40 1234",
        "true",
        "FALSE",
        "null",
        'a, b; "c"',
        "'",
        "two\nlines",
        "=1+1",
        "\\",
        "Žofia Ñuñez 李 🙂",
        "__proto__",
        "2026-01-31",
      ])("%j", async (text) => {
        const { id = "" } = await created(text);
        expect((await given.open().get(id, signal))?.fields?.[given.text]).toBe(text);
      });

      it("any text", async () => {
        const { id = "" } = await created();
        const text = fc.string({ unit: "grapheme", maxLength: 60 }).map(fieldValue);
        await fc.assert(
          fc.asyncProperty(text, async (value) => {
            await target.update(id, { [given.text]: value }, signal);
            expect((await existing(id)).fields?.[given.text]).toBe(value);
          }),
          { numRuns: 40 },
        );
      });
    });
  });
}

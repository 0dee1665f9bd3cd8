import { expect, it } from "@jest/globals";
import { Meanwhile } from "../../../sync/run/meanwhile.ts";

it("does what it was given in its order, after what was begun in the same turn went out", async () => {
  const meanwhile = new Meanwhile();
  const done: string[] = [];

  meanwhile.do(() => done.push("first"));
  meanwhile.do(() => done.push("second"));
  setImmediate(() => done.push("sent at the end of the turn"));
  await meanwhile.done();

  expect(done).toEqual(["sent at the end of the turn", "first", "second"]);
  await expect(meanwhile.done()).resolves.toBeUndefined();
});

it("does what was given while it worked as well", async () => {
  const meanwhile = new Meanwhile();
  const done: string[] = [];

  meanwhile.do(() => {
    done.push("first");
    meanwhile.do(() => done.push("given by the first"));
  });
  await meanwhile.done();

  expect(done).toEqual(["first", "given by the first"]);
});

it("begins nothing any more once something failed, and says what", async () => {
  const meanwhile = new Meanwhile();
  const done: string[] = [];

  meanwhile.do(() => done.push("first"));
  meanwhile.do(() => {
    throw new Error("The disk is full.");
  });
  meanwhile.do(() => done.push("third"));
  await expect(meanwhile.done()).rejects.toThrow("The disk is full.");

  expect(done).toEqual(["first"]);
  expect(() => meanwhile.do(() => undefined)).toThrow("The disk is full.");
});

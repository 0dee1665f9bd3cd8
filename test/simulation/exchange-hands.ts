/** What an Exchange administrator does to the rooms and room lists of the tiny company. */
import { changeBehaviours } from "../../sandbox/behaviours.ts";
import type { Rooms } from "../../sandbox/directory/rooms.ts";
import type { RoomsBehaviour } from "../../sandbox/directory/rooms-behaviour.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { World } from "../../sandbox/world.ts";
import { ROOM_LISTS, ROOMS } from "./places.ts";
import type { Exchange } from "./rooms-oracle.ts";
import type { RoomListStep, RoomStep, ServiceStep } from "./steps.ts";

export const addressOf = (place: number) => `room${place}@example.com`;
export const listOf = (list: number) => `list${list}@example.com`;

const SERVICES: Readonly<Record<ServiceStep["how"], Partial<RoomsBehaviour>>> = {
  well: { service: "global", nextLinkMissing: false, count: "all", largestPage: 100 },
  "lists nothing": { service: "empty" },
  "has no place ids": { service: "withoutPlaceIds" },
  "forgets the next link": { nextLinkMissing: true, largestPage: 2 },
  "does not count": { count: "missing", largestPage: 2 },
  "counts its page": { count: "page", largestPage: 2 },
};

export class ExchangeHands implements Exchange {
  readonly rooms: Rooms;
  readonly #world: World;
  readonly #closed = new Set<string>();
  #service: ServiceStep["how"] = "well";
  #turn = 0;

  constructor(world: World, rooms: Rooms) {
    this.#world = world;
    this.rooms = rooms;
    // The last one of the places is free: somebody may move there.
    for (let place = 0; place <= ROOMS; place += 1) if (place !== ROOMS - 1) this.#add(place, `room${place}`);
    for (let list = 0; list < ROOM_LISTS; list += 1) {
      this.#addList(list, [addressOf(list), addressOf(list + 1), addressOf(ROOMS)]);
    }
  }

  service(): ReturnType<Exchange["service"]> {
    return { lists: this.#service !== "lists nothing", ids: this.#service !== "has no place ids" };
  }

  isReadable(list: string): boolean {
    return this.service().lists && !this.#closed.has(list) && this.rooms.roomLists.byKey(list) !== undefined;
  }

  ail({ how }: ServiceStep): void {
    this.#service = how;
    changeBehaviours(this.#world, { rooms: { ...SERVICES.well, ...SERVICES[how] } });
  }

  /** What cannot happen (no room has that address) does not. */
  change(step: RoomStep): void {
    const { rooms } = this;
    const address = addressOf(step.who);
    const next = addressOf((step.who + 1) % ROOMS);
    const [isThere, isNextThere] = [address, next].map((each) => rooms.find(each) !== undefined);
    this.#turn += 1;
    // A mailbox that is made anew has another id; the first one of its place has the id that the target may know.
    const placeId = `room${step.who}-${this.#turn}`;
    if (step.how === "is opened" && !isThere) return this.#add(step.who, placeId);
    if (!isThere) return;
    if (step.how === "is closed") rooms.remove(address);
    if (step.how === "is made anew") {
      rooms.remove(address);
      this.#add(step.who, placeId);
    }
    if (step.how === "moves on" && !isNextThere) rooms.change(address, { emailAddress: next });
    if (step.how === "swaps" && isNextThere) {
      rooms.change(address, { emailAddress: "between@example.com" });
      rooms.change(next, { emailAddress: address });
      rooms.change("between@example.com", { emailAddress: next });
    }
    if (step.how === "is renamed") rooms.change(address, { displayName: `Room ${step.who} of turn ${this.#turn}` });
    if (step.how === "is enlarged") rooms.change(address, { capacity: this.#turn % 4 === 0 ? null : this.#turn });
    if (step.how === "is hidden") rooms.hide(address, true);
    if (step.how === "is shown") rooms.hide(address, false);
    if (step.how === "gets another id of Exchange") rooms.changeIds(address);
  }

  changeList({ list, who, how }: RoomListStep): void {
    const { rooms } = this;
    const [address, room] = [listOf(list), addressOf(who)];
    const found = rooms.roomLists.byKey(address);
    this.#turn += 1;
    if (how === "is closed to the sync") this.#closed.add(address);
    if (how === "is opened to the sync") this.#closed.delete(address);
    changeBehaviours(this.#world, { rooms: { refusedLists: [...this.#closed] } });
    const held = found ? rooms.membersOf(found, "rooms").map((each) => text(each, "emailAddress")) : [addressOf(ROOMS)];
    if (how === "is made anew") {
      if (found) rooms.remove(address);
      this.#addList(list, held);
    }
    if (!found) return;
    if (how === "is deleted") rooms.remove(address);
    if (how === "is renamed") rooms.change(address, { displayName: `List ${list} of turn ${this.#turn}` });
    if (how === "takes up" && rooms.find(room)) rooms.putInList(address, room);
    if (how === "lets go" && held.includes(room)) rooms.takeOutOfList(address, room);
  }

  /** Graph answers as it should, and every list is there and readable: what an administrator would mend. */
  mend(): void {
    this.ail({ does: "rooms service", how: "well" });
    for (let list = 0; list < ROOM_LISTS; list += 1) {
      this.changeList({ does: "room list", list, who: 0, how: "is opened to the sync" });
      if (!this.rooms.roomLists.byKey(listOf(list))) this.#addList(list, [addressOf(ROOMS)]);
    }
  }

  #add(place: number, placeId: string): void {
    const address = addressOf(place);
    this.rooms.addRoom({ placeId, emailAddress: address, displayName: `Room ${place}`, capacity: 4 });
  }

  #addList(list: number, members: readonly string[]): void {
    const address = listOf(list);
    this.rooms.addRoomList({
      placeId: `list${list}-${this.#turn}`,
      emailAddress: address,
      displayName: `List ${list}`,
    });
    for (const member of members) this.rooms.putInList(address, member);
  }
}

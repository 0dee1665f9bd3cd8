import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { randomFrom } from "./random.ts";
import type { Random } from "./random.ts";
import { offices } from "./workplaces.ts";
import type { Office } from "./workplaces.ts";

export interface RoomsOptions {
  readonly seed: number;
  /** Number of rooms. */
  readonly count: number;
  /** Number of room lists: one a building. */
  readonly lists: number;
  /** Domain of the mailboxes' addresses. */
  readonly mailDomain: string;
}

/** Rooms, room lists and workspaces by Graph's own property names. */
export interface GeneratedRooms {
  readonly rooms: DirectoryObject[];
  readonly roomLists: DirectoryObject[];
  readonly workspaces: DirectoryObject[];
  /** `placeId` of a room list -> the `placeId`s of its rooms and workspaces. */
  readonly members: Record<string, string[]>;
}

interface Building {
  readonly name: string;
  readonly office: Office;
}

/** One workspace for so many rooms. */
const ROOMS_A_WORKSPACE = 10;
const FLOORS = 9;
const NAMES = ["Boardroom", "Atlas", "Cedar", "Delta", "Ember", "Focus", "Garnet", "Harbour", "Iris", "Juniper"];
const CAPACITIES = [2, 4, 4, 6, 6, 8, 8, 10, 12, 16, 20, 50];
const AUDIO = [null, "Conference phone", "Ceiling microphones"];
const VIDEO = [null, null, "Room console", "Video bar"];
const DISPLAYS = [null, "Projector", 'Wall display 85"', "Whiteboard display"];
const TAGS = ["whiteboard", "catering", "quiet", "hybrid", "view"];

/**
 * The rooms of a tenant, in the buildings that its room lists are named after. Names are not unique; some capacities
 * are missing or 0; about one room in ten is in no list, and one in eight is in two. The same seed gives the same
 * rooms, and with as many lists a larger tenant begins with the rooms of a smaller one.
 */
export function generateRooms({ seed, count, lists, mailDomain }: RoomsOptions): GeneratedRooms {
  // Streams of their own: the people of a seed are the same with rooms and without.
  const random = randomFrom(`rooms ${seed}`);
  const ids = randomFrom(`room lists ${seed}`);
  const buildings = Array.from({ length: Math.max(lists, 1) }, (_, index) => buildingOf(index));
  const roomLists = buildings.slice(0, lists).map((building, index) => roomListOf(building, index, ids, mailDomain));
  const members: Record<string, string[]> = Object.fromEntries(roomLists.map((list) => [placeIdOf(list), []]));
  const join = (index: number, place: DirectoryObject) => {
    const list = roomLists[index % Math.max(lists, 1)];
    if (list) members[placeIdOf(list)]?.push(placeIdOf(place));
  };

  const rooms = Array.from({ length: count }, (_, index) => {
    const at = random.below(buildings.length);
    const room = roomOf(index, buildings[at] as Building, random, mailDomain);
    if (index % 10 === 9) return room;
    join(at, room);
    if (index % 8 === 3 && lists > 1) join(at + 1, room);
    return room;
  });
  const desks = randomFrom(`workspaces ${seed}`);
  const workspaces = Array.from({ length: Math.floor(count / ROOMS_A_WORKSPACE) }, (_, index) => {
    const at = desks.below(buildings.length);
    const workspace = workspaceOf(index, buildings[at] as Building, desks, mailDomain);
    join(at, workspace);
    return workspace;
  });
  return { rooms, roomLists, workspaces, members };
}

function placeIdOf(place: DirectoryObject): string {
  return text(place, "placeId");
}

/** Buildings 1 of all offices first, then buildings 2. */
function buildingOf(index: number): Building {
  const office = offices[index % offices.length] as Office;
  return { name: `${office.city} ${1 + Math.floor(index / offices.length)}`, office };
}

function roomListOf({ name, office }: Building, index: number, random: Random, mailDomain: string): DirectoryObject {
  return {
    id: random.guid(),
    placeId: random.guid(),
    displayName: `Rooms ${name}`,
    emailAddress: `roomlist-${String(index + 1).padStart(3, "0")}@${mailDomain}`,
    address: addressOf(office),
    phone: null,
  };
}

function roomOf(index: number, { name, office }: Building, random: Random, mailDomain: string): DirectoryObject {
  const [id, placeId] = [random.guid(), random.guid()];
  const floor = random.below(FLOORS);
  const number = 100 * floor + random.below(100);
  const word = random.pick(NAMES);
  const displayName = random.chance(1, 3) ? word : `${office.city} ${word} ${number}`;
  const video = random.pick(VIDEO);
  // A mezzanine has a label and no number.
  const between = random.chance(1, 15);
  return {
    id,
    placeId,
    displayName,
    nickname: displayName,
    emailAddress: `room-${String(index + 1).padStart(5, "0")}@${mailDomain}`,
    building: name,
    floorNumber: between ? null : floor,
    floorLabel: between ? "Mezzanine" : floor === 0 ? "G" : String(floor),
    label: String(number),
    capacity: capacityOf(index, random.pick(CAPACITIES)),
    bookingType: random.chance(1, 12) ? "reserved" : random.chance(1, 30) ? "unknown" : "standard",
    audioDeviceName: random.pick(AUDIO),
    videoDeviceName: video,
    displayDeviceName: random.pick(DISPLAYS),
    teamsEnabledState: video === null ? "unknown" : "enabled",
    isWheelChairAccessible: random.pick([true, true, false, null]),
    tags: TAGS.filter(() => random.chance(1, 4)),
    address: addressOf(office),
    phone: random.chance(1, 2) ? `${office.phone} ${1000 + random.below(9000)}` : null,
  };
}

/** By place and not by chance, so that the smallest tenants have both kinds. */
function capacityOf(index: number, drawn: number): number | null {
  if (index % 20 === 7) return null;
  return index % 20 === 13 ? 0 : drawn;
}

function workspaceOf(index: number, { name, office }: Building, random: Random, mailDomain: string): DirectoryObject {
  const [id, placeId] = [random.guid(), random.guid()];
  const displayName = `Desks ${name} ${index + 1}`;
  return {
    id,
    placeId,
    displayName,
    nickname: displayName,
    emailAddress: `desks-${String(index + 1).padStart(4, "0")}@${mailDomain}`,
    capacity: 4 + random.below(12),
    displayDeviceName: null,
    tags: [],
    address: addressOf(office),
    phone: null,
  };
}

function addressOf({ streetAddress, city, state, postalCode, country }: Office) {
  return { street: streetAddress, city, state, postalCode, countryOrRegion: country };
}

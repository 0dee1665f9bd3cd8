import type { RoomsBehaviour } from "../../directory/rooms-behaviour.ts";
import type { EntityType } from "./entities.ts";
import { entity } from "./entities.ts";

/** What all places have, by the published model; nobody changes places through the stand-in's Graph. */
const place = {
  id: null,
  placeId: null,
  parentId: null,
  displayName: "",
  address: null,
  geoCoordinates: null,
  phone: null,
  label: null,
  tags: [],
  isWheelChairAccessible: null,
};

export const roomType = entity("room", "places", {
  shown: {
    ...place,
    emailAddress: null,
    nickname: "",
    building: null,
    floorNumber: null,
    floorLabel: null,
    capacity: null,
    bookingType: "standard",
    audioDeviceName: null,
    videoDeviceName: null,
    displayDeviceName: null,
    teamsEnabledState: "unknown",
  },
  readOnly: [],
});

export const roomListType = entity("roomList", "places", {
  shown: { ...place, emailAddress: null },
  readOnly: [],
});

export const workspaceType = entity("workspace", "places", {
  shown: { ...place, emailAddress: null, nickname: "", capacity: null, displayDeviceName: null, mode: null },
  readOnly: [],
});

/** Published: the properties that the model of China does not have. */
const NOT_IN_CHINA = new Set(["placeId", "parentId", "teamsEnabledState"]);

/** The type as the tenant's cloud has it. */
export function typeIn(service: RoomsBehaviour["service"], type: EntityType): EntityType {
  if (service !== "withoutPlaceIds") return type;
  return { ...type, models: [], properties: new Map([...type.properties].filter(([name]) => !NOT_IN_CHINA.has(name))) };
}

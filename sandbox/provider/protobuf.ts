/**
 * Protobuf's own messages, from the copy of google-protobuf that the engine's protocol was made with: messages of
 * another copy are refused as foreign ("Error serializing response"), and npm may install several.
 *
 * @packageDocumentation
 */
import { createRequire } from "node:module";

const requireBesidePulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));

export const { Any } = requireBesidePulumi(
  "google-protobuf/google/protobuf/any_pb.js",
) as typeof import("google-protobuf/google/protobuf/any_pb.js");

export const { Empty } = requireBesidePulumi(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb.js");

export const { Struct } = requireBesidePulumi(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb.js");

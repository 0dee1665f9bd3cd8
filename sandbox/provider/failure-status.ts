import grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statuspb from "@pulumi/pulumi/proto/status_pb.js";
import type structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { Any } from "./protobuf.ts";
import type { PartlyCreated } from "./resource.ts";

/** A creation that failed half way, with what the engine has to keep of it. */
export class InitFailed extends Error {
  override name = "InitFailed";
  readonly id: string;
  readonly inputs: structpb.Struct;

  constructor(cause: PartlyCreated, inputs: structpb.Struct) {
    super(cause.message, { cause });
    this.id = cause.id;
    this.inputs = inputs;
  }
}

/** An error as the engine reads it: with its message, and with the id of what was made nevertheless. */
export function failureStatus(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const status = { code: grpc.status.UNKNOWN, details };
  if (!(error instanceof InitFailed)) return status;
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(statusOf(error).serializeBinary()));
  return { ...status, metadata };
}

function statusOf({ message, id, inputs }: InitFailed): statuspb.Status {
  const failed = new pb.ErrorResourceInitFailed();
  failed.setId(id);
  failed.setInputs(inputs);
  failed.setProperties(inputs);
  failed.setReasonsList([message]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuspb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  return status;
}

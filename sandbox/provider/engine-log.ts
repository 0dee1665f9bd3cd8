import grpc from "@grpc/grpc-js";
import enginerpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";

export interface EngineLog {
  /** Tells the engine of an error; resolves when it has heard it. */
  error(urn: string, message: string): Promise<void>;
  close(): void;
}

/** @param address of the engine that started the plugin; without one nobody hears anything */
export function engineLog(address: string | undefined): EngineLog {
  if (address === undefined) return { error: () => Promise.resolve(), close: () => {} };
  const client = new enginerpc.EngineClient(address, grpc.credentials.createInsecure());
  return {
    error(urn, message) {
      const request = new engine.LogRequest();
      request.setSeverity(engine.LogSeverity.ERROR);
      request.setUrn(urn);
      request.setMessage(message);
      // An engine that does not listen any more has no use for it.
      return new Promise((resolve) => client.log(request, () => resolve()));
    },
    close: () => client.close(),
  };
}

/**
 * The engine's ResourceProvider protocol: messages in, the right resource's answer out.
 *
 * @packageDocumentation
 */
import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type structpb from "google-protobuf/google/protobuf/struct_pb.js";
import type { PropertyChange } from "./diff.ts";
import { Empty } from "./protobuf.ts";
import { SignInRejected } from "./identity.ts";
import { InitFailed, failureStatus } from "./failure-status.ts";
import { functionOf, resourceOf } from "./registry.ts";
import { type Difference, PartlyCreated, type Recorded, type Resource } from "./resource.ts";
import type { Session } from "./session.ts";
import { type Path, unwrap, wrap } from "./wire.ts";

/** Every method that the engine calls of a provider of custom resources. */
export type ProviderService = Pick<
  IResourceProviderServer,
  | "attach"
  | "cancel"
  | "check"
  | "checkConfig"
  | "configure"
  | "create"
  | "delete"
  | "diff"
  | "diffConfig"
  | "getPluginInfo"
  | "handshake"
  | "invoke"
  | "read"
  | "update"
>;

export interface Plugin {
  /** `azuread` or `azure-native`. */
  readonly name: string;
  readonly version: string;
  /** Makes what the plugin works with, from the provider's configuration. */
  readonly configure: (config: Readonly<Record<string, unknown>>) => Session;
  /** Tells the engine of an error, beside the one that is answered. */
  readonly log: (urn: string, message: string) => Promise<void>;
}

export function createService({ name, version, configure, log }: Plugin): ProviderService {
  let configured: Session | undefined;

  function session(): Session {
    if (!configured) throw new Error("The engine asked the stand-in's provider before it had configured it.");
    return configured;
  }

  /**
   * Seen: azuread 6.9.1 tells every error twice, to the engine as it is and in its answer as Terraform wraps it.
   * Read: what stands around the first.
   */
  async function inPluginsWords<T>(urn: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (name !== "azuread" || !(error instanceof Error)) throw error;
      await log(urn, `sdk-v2/provider2.go: sdk.helper_schema: ${error.message}: provider=azuread@${version}`);
      error.message = wrapped(error.message);
      throw error;
    }
  }

  return {
    handshake: unary(() => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => {
      const response = new plugin.PluginInfo();
      response.setVersion(version);
      return response;
    }),
    checkConfig: unary((request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(() => {
      // The engine compares for itself. Told that nothing changed, it would configure with the configuration of the
      // last deployment, and with the new one only in the next (seen: engine 3.259).
      const response = new pb.DiffResponse();
      response.setChanges(pb.DiffResponse.DiffChanges.DIFF_UNKNOWN);
      return response;
    }),

    configure: unary(async (request: pb.ConfigureRequest) => {
      configured = configure(unwrap(request.getArgs()).values);
      // Seen: azuread 6.9.1 asks for a token at once, azure-native only when it needs one.
      if (name === "azuread") await signIn(configured);
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),

    check: unary(async (request: pb.CheckRequest) => {
      const news = unwrap(request.getNews());
      const { inputs, failures } = await resourceOf(request.getType()).check(session(), {
        name: request.getName(),
        olds: unwrap(request.getOlds()).values,
        news: news.values,
        randomSeed: request.getRandomseed_asU8(),
      });
      const response = new pb.CheckResponse();
      response.setInputs(wrap(inputs, news.secrets));
      // Without a property: the engine would print its value, secret or not.
      for (const reason of failures) {
        const failure = new pb.CheckFailure();
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    }),

    diff: unary((request: pb.DiffRequest) => {
      const old = recorded(request.getId(), request.getOldInputs(), request.getOlds());
      const news = unwrap(request.getNews()).values;
      return diffResponse(resourceOf(request.getType()).diff(old, news, request.getIgnorechangesList()));
    }),

    create: unary(async (request: pb.CreateRequest) => {
      const resource = resourceOf(request.getType());
      const inputs = unwrap(request.getProperties());
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(outputs(resource, resource.preview(inputs.values), inputs.secrets));
        return response;
      }
      const { id, state } = await inPluginsWords(request.getUrn(), () =>
        resource.create(session(), inputs.values).catch((error: unknown) => {
          throw error instanceof PartlyCreated ? new InitFailed(error, wrap(inputs.values, inputs.secrets)) : error;
        }),
      );
      response.setId(id);
      response.setProperties(outputs(resource, state, inputs.secrets));
      return response;
    }),

    read: unary(async (request: pb.ReadRequest) => {
      const resource = resourceOf(request.getType());
      const inputs = unwrap(request.getInputs());
      const state = unwrap(request.getProperties());
      const now = await inPluginsWords(request.getUrn(), () =>
        resource.read(session(), { id: request.getId(), inputs: inputs.values, state: state.values }),
      );
      const response = new pb.ReadResponse();
      // An empty id: it is gone.
      if (!now) return response;
      response.setId(now.id);
      response.setInputs(wrap(now.inputs, inputs.secrets));
      response.setProperties(outputs(resource, now.state, [...state.secrets, ...inputs.secrets]));
      return response;
    }),

    update: unary(async (request: pb.UpdateRequest) => {
      const resource = resourceOf(request.getType());
      const old = recorded(request.getId(), request.getOldInputs(), request.getOlds());
      const news = unwrap(request.getNews());
      const state = request.getPreview()
        ? resource.preview(news.values, old)
        : await inPluginsWords(request.getUrn(), () =>
            resource.update(session(), old, news.values, request.getIgnorechangesList()),
          );
      const response = new pb.UpdateResponse();
      response.setProperties(outputs(resource, state, news.secrets));
      return response;
    }),

    delete: unary(async (request: pb.DeleteRequest) => {
      const old = recorded(request.getId(), request.getOldInputs(), request.getProperties());
      await inPluginsWords(request.getUrn(), () => resourceOf(request.getType()).delete(session(), old));
      return new Empty();
    }),

    invoke: unary(async (request: pb.InvokeRequest) => {
      const token = request.getTok();
      const result = await invoking(token, session(), unwrap(request.getArgs()).values);
      const response = new pb.InvokeResponse();
      response.setReturn(wrap(result, []));
      return response;
    }),
  };
}

function wrapped(message: string): string {
  return `1 error occurred:\n\t* ${message}\n\n`;
}

/** Seen: azuread 6.9.1. */
async function signIn(session: Session): Promise<void> {
  try {
    await session.graph.callerId();
  } catch (error) {
    if (!(error instanceof SignInRejected)) throw error;
    throw new Error(`building client: unable to obtain access token: ${error.message}`, { cause: error });
  }
}

async function invoking(
  token: string,
  session: Session,
  args: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const called = functionOf(token);
  try {
    return await called.invoke(session, args);
  } catch (error) {
    throw new Error(`invoking ${token}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function recorded(id: string, inputs: structpb.Struct | undefined, state: structpb.Struct | undefined): Recorded {
  return { id, inputs: unwrap(inputs).values, state: unwrap(state).values };
}

/** Outputs, secret where the inputs of the same name are, and where the type says so. */
function outputs(resource: Resource, state: Recorded["state"], secrets: readonly Path[]): structpb.Struct {
  return wrap(state, [...secrets, ...resource.secretOutputs.map((name) => [name])]);
}

function diffResponse({ changes, deleteBeforeReplace, ofInputs }: Difference): pb.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(namesOf(changes));
  response.setReplacesList(namesOf(changes.filter((change) => change.replaces)));
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new pb.PropertyDiff();
    detail.setKind(kindOf(change));
    detail.setInputdiff(ofInputs);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}

function namesOf(changes: readonly PropertyChange[]): string[] {
  return [...new Set(changes.map((change) => change.property))];
}

function kindOf({ kind, replaces }: PropertyChange): pb.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  if (kind === "add") return replaces ? ADD_REPLACE : ADD;
  if (kind === "delete") return replaces ? DELETE_REPLACE : DELETE;
  return replaces ? UPDATE_REPLACE : UPDATE;
}

/** A method with one answer. */
function unary<Q, R>(answer: (request: Q) => R | Promise<R>): grpc.handleUnaryCall<Q, R> {
  return (call, done) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => done(null, response),
        (error: unknown) => done(failureStatus(error)),
      );
  };
}

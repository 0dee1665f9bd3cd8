/** OnePlan's own failure: 500 with .NET's text (seen in one tenant). */
export class NetException extends Error {
  override name = "NetException";
}

export function nullReference(
  controller = "ResourcesController",
  method = "Post(Guid Id, ResourceRequest request)",
): NetException {
  return new NetException(
    `System.NullReferenceException: Object reference not set to an instance of an object.\r\n   at OnePlan.Api.Controllers.${controller}.${method}`,
  );
}

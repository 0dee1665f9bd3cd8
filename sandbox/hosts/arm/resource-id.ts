/** A path of ARM, taken apart. Letter case never matters in one (documented), so comparable parts are lower case. */
export interface ResourcePath {
  /** The path as it was sent, without a slash at the end. */
  readonly id: string;
  /** What the resource is in: everything before its last `/providers/`, or the path of its parent; lower case. */
  readonly scope: string;
  /** `subscriptions`, `resourcegroups`, `microsoft.keyvault/vaults/secrets`; lower case. */
  readonly type: string;
  /** One name for each part of the type, as sent; one fewer when the path names a collection or an action. */
  readonly names: readonly string[];
}

/** @returns undefined for a path that is no resource, collection or action of ARM's form */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const id = path.replace(/\/+$/, "");
  const cut = id.toLowerCase().lastIndexOf("/providers/");
  if (cut >= 0) {
    const [namespace, ...segments] = id.slice(cut + "/providers/".length).split("/");
    if (!namespace || segments.length === 0) return undefined;
    const types = segments.filter((_, index) => index % 2 === 0);
    const names = segments.filter((_, index) => index % 2 === 1).map(decodeURIComponent);
    return { id, scope: id.slice(0, cut).toLowerCase(), type: [namespace, ...types].join("/").toLowerCase(), names };
  }
  const [, ...segments] = id.split("/");
  const type = (segments.length > 2 ? segments[2] : segments[0])?.toLowerCase();
  if (!type || segments.length > 4) return undefined;
  const names = (segments.length > 2 ? segments.slice(3) : segments.slice(1)).map(decodeURIComponent);
  return { id, scope: segments.length > 2 ? `/${segments[0]}/${segments[1]}`.toLowerCase() : "", type, names };
}

import { SettingsError } from "../../../contract/errors.ts";

/** Where Azure's clouds keep blobs: only these are shown an access token. */
const hosts = [
  /^[a-z0-9]{3,24}\.blob\.core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/,
  /^[a-z0-9]{3,24}\.z\d{1,2}\.blob\.storage\.azure\.net$/,
];

const wanted = "https://<account>.blob.core.windows.net/<container>/<name>";

/** Whether what a person gave as the place of the state is an address rather than a file. */
export function isAddress(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/**
 * The address of a blob, as given by a person.
 *
 * @throws SettingsError when it is none, or carries a signature: that would be a secret in a command line
 */
export function parseBlobAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  // What follows may be a secret, and is not repeated.
  if (address && (address.search !== "" || address.username !== "" || address.password !== "")) {
    throw new SettingsError(
      `The address of the state in ${address.host} carries a signature or a password: leave it out, the sync signs in by itself.`,
    );
  }
  const [container = "", ...name] = address?.pathname.slice(1).split("/") ?? [];
  const isBlob =
    address?.protocol === "https:" &&
    address.port === "" &&
    hosts.some((host) => host.test(address.hostname)) &&
    container !== "" &&
    name.join("/") !== "" &&
    address.hash === "";
  if (!isBlob) throw new SettingsError(`${text} is not the address of a blob: it looks like ${wanted}.`);
  return address.href;
}

/**
 * What mends a refusal of the Pulumi engine that its own words do not tell. The words are the engine's (seen: 3.259, and
 * in its published source). Pure.
 *
 * @packageDocumentation
 */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /PULUMI_ACCESS_TOKEN must be set|invalid access token|please run `pulumi login`/i,
    "Nobody is logged in to the backend that keeps the stacks: log in (pulumi login <backend>), or name the backend in PULUMI_BACKEND_URL.",
  ],
  [
    /passphrase must be set/i,
    "The stack's secrets are kept under a passphrase: give it in PULUMI_CONFIG_PASSPHRASE, or its file in PULUMI_CONFIG_PASSPHRASE_FILE.",
  ],
  [/incorrect passphrase/i, "PULUMI_CONFIG_PASSPHRASE is not the passphrase of this stack: correct it."],
  [
    /no stack named|stack '?[^']*'? not found/i,
    "pulumi stack ls lists the stacks of the backend that pulumi whoami --verbose names: correct the name or the backend (PULUMI_BACKEND_URL), or make the stack (pulumi stack init).",
  ],
  [/no Pulumi\.yaml project file found|pass the fully qualified name/i, "Run this in the folder with the Pulumi.yaml."],
  [
    /unable to open state directory|unable to open bucket/i,
    "PULUMI_BACKEND_URL names a place that is not there: correct it, or make the place.",
  ],
  [
    /DefaultAzureCredential: failed to acquire a token|DefaultAzureCredential authentication failed/i,
    "Nobody is signed in here who could use the backend in Azure: sign in (az login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, which are the backend's; ARM_CLIENT_ID is for what is deployed.",
  ],
  [
    /AuthorizationPermissionMismatch|AuthorizationFailure/,
    'Who is signed in may not use the backend\'s container: it needs the role "Storage Blob Data Contributor" there.',
  ],
  [/ContainerNotFound/, "The backend's container does not exist: correct PULUMI_BACKEND_URL, or make the container."],
  [
    /no such host|connection refused|i\/o timeout|network is unreachable|proxyconnect/i,
    "The backend, or what keeps its secrets, cannot be reached: check the address in PULUMI_BACKEND_URL, the network, and the proxy in HTTPS_PROXY.",
  ],
  [
    /certificate signed by unknown authority|x509:/i,
    "A certificate on the way to the backend is not trusted: name the file with the authority's certificate in SSL_CERT_FILE.",
  ],
  [
    /currently locked by|Another update is currently in progress/i,
    "Somebody deploys this stack now: wait. Where that run was killed, pulumi cancel takes the lock away.",
  ],
];

/** @returns `undefined` where nothing is to be added to what the engine says */
export function engineAdvice(said: string): string | undefined {
  return advice.find(([pattern]) => pattern.test(said))?.[1];
}

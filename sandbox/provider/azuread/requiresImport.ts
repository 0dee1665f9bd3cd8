/** The plugin's refusal to take over what exists already, in its words (read: terraform-provider-azuread 3.8). */
export function requiresImport(type: string, id: string): Error {
  return new Error(
    `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported ` +
      `into the State. Please see the resource documentation for "${type}" for more information.`,
  );
}

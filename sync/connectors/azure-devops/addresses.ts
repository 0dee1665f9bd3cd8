/** Addresses that people see. Pure. @packageDocumentation */

/** Where a person looks at a work item. @param root of the organization, or of a server's collection */
export function itemAddress(root: string, item: string): string {
  return `${root}/_workitems/edit/${encodeURIComponent(item)}`;
}

/** Id of the attachment that an address in a text leads to; `undefined` where it leads elsewhere. */
export function attachmentOf(address: string): string | undefined {
  return /\/_apis\/wit\/attachments\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(address)?.[1];
}

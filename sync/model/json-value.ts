/** What can be stored. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

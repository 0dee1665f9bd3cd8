/** Where a setting is: names and positions, from the namespace downwards. */
export type Path = readonly PropertyKey[];

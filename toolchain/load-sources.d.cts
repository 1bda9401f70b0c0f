/** See load-sources.cjs. */
export function loadSources(entry: string, parent: NodeJS.Module): unknown;

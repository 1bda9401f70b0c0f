/** See cache-directory.cjs. */
export function cacheDirectory(env?: NodeJS.ProcessEnv): string;

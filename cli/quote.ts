/** A word as a POSIX shell reads it: unquoted if nothing in it needs quotes, else in single quotes. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Lines for `eval` in a POSIX shell: one `export` for each variable, one `unset` for each that has no value. */
export function exportLines(environment: Record<string, string | undefined>): string {
  return Object.entries(environment)
    .map(([name, value]) =>
      value === undefined ? `unset ${name}\n` : `export ${name}=${shellQuote(value)}\n`,
    )
    .join("");
}

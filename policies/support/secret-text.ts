const secretWords = new Set([
  "passwords",
  "passphrase",
  "pass",
  "pwd",
  "secrets",
  "tokens",
  "credential",
  "credentials",
  "apikey",
]);

/** Words that make a following KEY a secret one; a key by itself is as often the name of a column or a header. */
const keyWords = new Set([
  "api",
  "private",
  "access",
  "signing",
  "encryption",
  "master",
  "session",
  "auth",
  "license",
  "jwt",
]);

/** A name that ends with one of them says where a secret is, or something about it. */
const harmlessEnds = new Set([
  "file",
  "files",
  "path",
  "dir",
  "folder",
  "url",
  "uri",
  "endpoint",
  "ttl",
  "seconds",
  "minutes",
  "hours",
  "days",
  "length",
  "expiry",
  "algorithm",
  "encryption",
  "policy",
  "enabled",
  "header",
]);

/** Whether a variable, label or option is a secret by its name, e.g. `DB_PASS`, `dbPassword`, `api-key`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
  if (harmlessEnds.has(words.at(-1) ?? "")) return false;
  return words.some(
    (word, index) =>
      secretWords.has(word) ||
      // One word of several, as in PGPASSWORD.
      /(password|passwd|secret|token)$/.test(word) ||
      ((word === "key" || word === "keys") && keyWords.has(words[index - 1] ?? "")),
  );
}

/** Whether a text holds a URL with a password, or a connection string with one. */
export function holdsCredentials(text: string): boolean {
  return (
    /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i.test(text) ||
    /(^|[\s;])(password|pwd)\s*=\s*[^\s;$]/i.test(text)
  );
}

/** Whether a text is, or holds, a private key in PEM form (RFC 7468). */
export function holdsPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}

/**
 * Whether a piece of a command line holds a secret itself. A reference to a variable or file (`$X`, `$(cat f)`,
 * `@f`) is none: it is resolved in the container, where only who may read it does. Nor is a switch, as in Traefik's
 * `allowACMEByPass=true`.
 */
export function commandHoldsSecret(text: string): boolean {
  if (holdsCredentials(text) || holdsPrivateKey(text)) return true;
  if (/\bauthorization:\s*(bearer|basic)\s+[^\s$]/i.test(text)) return true;
  const assignments = text.matchAll(/(?:^|[\s;"'])-{0,2}([A-Za-z][\w.-]*)=["']?([^\s"';]+)/g);
  return [...assignments].some(
    ([, name = "", value = ""]) => isSecretName(lastPart(name)) && !/^([$@]|(true|false)$)/.test(value),
  );
}

/** Whether a piece of a command line is an option after which a secret follows, e.g. `--password`. */
export function isSecretOption(text: string): boolean {
  return /^--?[A-Za-z]/.test(text) && !text.includes("=") && isSecretName(lastPart(text));
}

/** Options of programs such as Traefik are paths of settings: the last part is what is set. */
function lastPart(name: string): string {
  return name.split(".").at(-1) ?? name;
}

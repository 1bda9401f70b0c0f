/** An image reference in its parts; see the distribution project's reference grammar. */
export interface ImageReference {
  /** Without tag and digest; with the registry's host when the reference names one. "" for a bare image id. */
  repository: string;
  tag: string | undefined;
  /** `sha256:` and 64 hex digits. */
  digest: string | undefined;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Splits a reference such as `host:5000/team/app:1.2@sha256:…`, or an image id `sha256:…`. */
export function parseImage(reference: string): ImageReference {
  if (digestPattern.test(reference)) return { repository: "", tag: undefined, digest: reference };
  const [named = "", digest = ""] = reference.split(/@(.*)/s);
  // A colon before the last slash belongs to the registry's port.
  const [, repository = "", tag] = /^(.*?)(?::([^/:]*))?$/s.exec(named)!;
  return { repository, tag, digest: digestPattern.test(digest) ? digest : undefined };
}

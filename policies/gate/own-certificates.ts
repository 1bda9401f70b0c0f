import type { Update } from "./update";
import { isObject, type Values } from "./values";

/** A certificate of the operator's own that was there before an update and would be there after it. */
export interface CertificateChange {
  /** Key of the configuration that gives it. */
  path: string;
  before: Values;
  after: Values;
}

/** The operator's own certificates that stay under their key, from the stack's outputs. */
export function certificateChanges({ before, after }: Update["outputs"]): CertificateChange[] {
  const next = objectsIn(after?.customCertificates);
  return Object.entries(objectsIn(before.customCertificates)).flatMap(([path, old]) =>
    next[path] ? [{ path, before: old, after: next[path] }] : [],
  );
}

/** What a service shows its identity provider, and what that one is told comes next. */
export interface SsoCertificates {
  inUse: NamedFingerprint;
  announced: NamedFingerprint | undefined;
}

export interface NamedFingerprint {
  certificate: string;
  fingerprint: string;
}

/** By service, from the stack's outputs. */
export function ssoCertificatesOf(outputs: Values): Record<string, SsoCertificates> {
  return Object.fromEntries(
    Object.entries(objectsIn(outputs.ssoCertificates)).flatMap(([service, { inUse, announced }]) => {
      const used = namedIn(inUse);
      return used ? [[service, { inUse: used, announced: namedIn(announced) }]] : [];
    }),
  );
}

function namedIn(value: unknown): NamedFingerprint | undefined {
  if (!isObject(value)) return undefined;
  const { certificate, fingerprint } = value;
  return typeof certificate === "string" && typeof fingerprint === "string"
    ? { certificate, fingerprint }
    : undefined;
}

function objectsIn(value: unknown): Record<string, Values> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, each]) => (isObject(each) ? [[key, each]] : [])));
}

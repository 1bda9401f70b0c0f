import type { Update } from "./update";
import { isObject, type Values } from "./values";

/** What clients of a domain were asked for before an update, and what they would be asked for after it. */
export interface ClientsChange {
  /** Under which the service would be served. */
  name: string;
  before: Values;
  /** Undefined: nothing. */
  after: Values | undefined;
}

/**
 * Every name whose clients are asked for certificates now and that would still lead to what it leads to, or a new name
 * of it: where services meet under one name, what was asked for by each.
 */
export function clientsChanges({ before, after }: Update["outputs"]): ClientsChange[] {
  const [old, next] = [before, after ?? {}];
  return Object.entries(policies(old)).flatMap(([was, policy]) => {
    // A service that would be served under another name is the same service.
    const names = Object.entries(hosts(old)).flatMap(([service, host]) =>
      host === was ? (hosts(next)[service] ?? []) : [],
    );
    return [...new Set([was, ...names])].map((name) => ({
      name,
      before: policy,
      after: policies(next)[name],
    }));
  });
}

/** Fingerprints of the authorities that a policy takes certificates of. */
export function authoritiesOf({ authorities }: Values): string[] {
  return Array.isArray(authorities) ? authorities.map(String) : [];
}

function policies(outputs: Values): Record<string, Values> {
  const given = isObject(outputs.clientCertificates) ? outputs.clientCertificates : {};
  return given as Record<string, Values>;
}

function hosts(outputs: Values): Record<string, string> {
  const urls = Object.entries(isObject(outputs.urls) ? outputs.urls : {});
  return Object.fromEntries(
    urls.flatMap(([service, url]) =>
      URL.canParse(String(url)) ? [[service, new URL(String(url)).hostname]] : [],
    ),
  );
}

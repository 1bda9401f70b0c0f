import * as pulumi from "@pulumi/pulumi";
import { Secret } from "../../config/secret";
import type {
  CertificateSettings,
  DnsSettings,
  EdgeSettings,
  OutboundProxySettings,
} from "../../config/settings";
import { acmeArguments, dnsToken } from "./acme";
import { EDGE } from "./layout";

export interface StaticArgs {
  edge: EdgeSettings;
  certificates: CertificateSettings;
  dns: DnsSettings;
}

/**
 * How an edge's container starts. Its folder is named by its host name, which is its own id, so that two edges side
 * by side have routes of their own; the front's networks are known only once Docker has made them.
 */
export function edgeCommand(args: StaticArgs): string[] {
  const start = [
    `routes=${EDGE.state}/${EDGE.instances}/$HOSTNAME`,
    'mkdir -p "$routes"',
    `front=$(cat ${EDGE.state}/${EDGE.trustedFile})`,
    'exec traefik "$@" --providers.file.directory="$routes"' +
      ' --entryPoints.web.proxyProtocol.trustedIPs="$front"' +
      ' --entryPoints.websecure.proxyProtocol.trustedIPs="$front"',
  ];
  return ["sh", "-c", start.join(" && "), "edge", ...staticArguments(args)];
}

/**
 * Traefik's start arguments: what cannot change without a new container. No Docker socket, no dashboard, no
 * API (`api.insecure` least of all); the file provider alone decides where requests go.
 */
export function staticArguments({ edge, certificates, dns }: StaticArgs): string[] {
  return [
    `--entryPoints.web.address=:${EDGE.httpPort}`,
    // By port and not by entry point name: the name would put the container's port into the Location.
    `--entryPoints.web.http.redirections.entryPoint.to=:${edge.ports.https}`,
    "--entryPoints.web.http.redirections.entryPoint.scheme=https",
    "--entryPoints.web.http.redirections.entryPoint.permanent=true",
    // Low, so that the redirect of a draining edge comes before it.
    "--entryPoints.web.http.redirections.entryPoint.priority=1",
    `--entryPoints.web.transport.lifeCycle.graceTimeOut=${EDGE.graceSeconds}s`,
    `--entryPoints.websecure.address=:${EDGE.httpsPort}`,
    "--entryPoints.websecure.asDefault=true",
    `--entryPoints.websecure.transport.lifeCycle.graceTimeOut=${EDGE.graceSeconds}s`,
    `--entryPoints.internal.address=127.0.0.1:${EDGE.internalPort}`,
    "--ping=true",
    "--ping.entryPoint=internal",
    "--providers.file.watch=true",
    // Traefik's default holds a second change back for 2 s; one file replaced by rename needs no such pause.
    "--providers.providersThrottleDuration=100ms",
    "--log.level=INFO",
    "--log.format=json",
    "--accessLog=true",
    "--accessLog.format=json",
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    ...acmeArguments(certificates, dns),
  ];
}

/**
 * Environment of the edge: the outbound proxy, through which ACME goes, and the DNS provider's token file. A
 * proxy with a password makes all of it a secret.
 */
export function edgeEnvironment(args: {
  proxy?: OutboundProxySettings;
  certificates: CertificateSettings;
  dns: DnsSettings;
}): pulumi.Input<pulumi.Input<string>[]> {
  const { proxy, certificates, dns } = args;
  const token = dnsToken(certificates, dns);
  const url = proxy?.url instanceof Secret ? proxy.url.reveal() : proxy?.url;
  const lines = [
    ...(proxy ? [`HTTPS_PROXY=${url}`, `NO_PROXY=${proxy.noProxy.join(",")}`] : []),
    ...(token ? [`CF_DNS_API_TOKEN_FILE=${EDGE.state}/${token.path}`] : []),
  ].sort();
  return proxy?.url instanceof Secret ? pulumi.secret(lines) : lines;
}

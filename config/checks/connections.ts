import { isIP } from "node:net";
import { domainProblem } from "../domain-name";
import { quote, type Problem } from "../errors";
import { encryptedPlaceholder } from "../secret";
import type { Check } from "./check";

/** What the product connects to: DNS provider, mail server, outbound proxy. */
export const checkConnections: Check = ({ draft }) => {
  const { dns, smtp, outboundProxy, hosts, edge } = draft;
  const problems: Problem[] = [];
  if (dns?.provider === "cloudflare") {
    if (dns.zoneId === undefined) {
      problems.push({
        path: "dns.zoneId",
        reason: "is missing: cloudflare keeps records by zone",
        remedy: "copy it from the zone's overview page",
      });
    }
    if (dns.apiToken === undefined) {
      problems.push({
        path: "dns.apiToken",
        reason: "is missing: without it no record can be written",
        remedy:
          "make a token that may read this zone (Zone:Read), edit its records (DNS:Edit) and nothing else, and set it encrypted",
      });
    }
  }
  if (dns?.provider === "cloudflare" || dns?.provider === "manual") {
    const host = Object.entries(hosts ?? {}).find(([name, { role }]) =>
      edge?.host === undefined ? role === "primary" : name === edge.host,
    );
    if (host && host[1].addresses.length === 0) {
      problems.push({
        path: `hosts.${host[0]}.addresses`,
        reason: "is empty: the domains' records would point nowhere",
        remedy: "give the host's public addresses",
      });
    }
  }
  if (smtp && (smtp.user === undefined) !== (smtp.password === undefined)) {
    problems.push({
      path: smtp.user === undefined ? "smtp.user" : "smtp.password",
      reason: "is missing: user and password go together",
      remedy: "give both, or neither for a server without authentication",
    });
  }
  if (smtp && isIP(smtp.host) === 0 && domainProblem(smtp.host)) {
    problems.push({ path: "smtp.host", value: quote(smtp.host), ...domainProblem(smtp.host)! });
  }
  if (outboundProxy && outboundProxy.url !== encryptedPlaceholder && !isProxyUrl(outboundProxy.url)) {
    problems.push({
      path: "outboundProxy.url",
      reason: "is not the address of an HTTP proxy",
      remedy: "write http://[user:password@]host:port, without a path",
    });
  }
  return problems;
};

function isProxyUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== "" && /^\/?$/.test(url.pathname)
  );
}

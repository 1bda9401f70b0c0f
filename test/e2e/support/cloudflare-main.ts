import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { CloudflareZone } from "../../conformance/cloudflare-api";
import { DnsServer } from "../../support/dns-server";

/** What `Cloudflare` starts in its container: the API by TLS and in plain text, and the zone's records by DNS. */
interface Input {
  id: string;
  apex: string;
  token: string;
  server: string;
  /** Port of the API in plain text. */
  port: number;
}

const folder = "/cloudflare";
const input = JSON.parse(readFileSync(`${folder}/input.json`, "utf8")) as Input;
const zone = new CloudflareZone(input.id, input.apex, [input.token]);
createSecureServer(
  { cert: readFileSync(`${folder}/cert.pem`), key: readFileSync(`${folder}/key.pem`) },
  zone.listener,
).listen(443);
createServer((request, response) => {
  // Not of the API: what the API was asked.
  if (request.url === "/requests") response.end(JSON.stringify(zone.requests));
  else zone.listener(request, response);
}).listen(input.port);
void DnsServer.start(
  { apex: input.apex, server: input.server, records: () => [...zone.records.values()] },
  53,
  "0.0.0.0",
);

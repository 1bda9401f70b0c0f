import type { EdgeSettings, ServiceSettings } from "../../config/settings";

/** Public URL of a service, without a trailing slash but for a bare domain's root. */
export function serviceUrl(
  service: Pick<ServiceSettings, "domain" | "pathPrefix">,
  edge: Pick<EdgeSettings, "ports">,
): string {
  const port = edge.ports.https === 443 ? "" : `:${edge.ports.https}`;
  return `https://${service.domain}${port}${service.pathPrefix}`;
}

import type { ServiceSettings } from "../../config/settings";
import { contentHash } from "../canonical";

/** Length of a release's hash: 48 bits, enough for one service's releases and short enough to read. */
const HASH_LENGTH = 12;

/**
 * Identity of a release: everything that changes the running container, and nothing else. Secrets enter by
 * their keyed fingerprint. Replica count, drain and proving times and the route stay out: they change no
 * container.
 */
export function releaseHash(service: ServiceSettings): string {
  return contentHash(
    {
      service: service.name,
      strategy: service.strategy,
      image: service.image.reference,
      command: service.command,
      environment: service.environment,
      secrets: service.secrets
        .map(({ name, secret, delivery, variable, path }) => ({
          name,
          fingerprint: secret.fingerprint,
          delivery,
          variable,
          path,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      port: service.port,
      user: service.user,
      writablePaths: service.writablePaths,
      capabilities: [...service.capabilities].sort(),
      limits: service.limits,
      healthCheck: service.healthCheck,
      stopSignal: service.stopSignal,
      stopGraceSeconds: service.stopGraceSeconds,
    },
    HASH_LENGTH,
  );
}

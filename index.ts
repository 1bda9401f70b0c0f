import { Backup } from "./components/backup/backup";
import { WalArchive } from "./components/backup/wal";
import { Shipper } from "./components/backup/shipper";
import { Certificates } from "./components/certificates/certificates";
import { customOutputs, ssoOutputs } from "./components/certificates/outputs";
import { Database } from "./components/database/database";
import { Dns } from "./components/dns/dns";
import { addressRecords } from "./components/dns/records";
import { Edge } from "./components/edge/edge";
import { clientOutputs } from "./components/edge/client-policies";
import { EdgeRoutes } from "./components/edge/edge-routes";
import { Hosts } from "./components/hosts/hosts";
import { Migration, migrationOf } from "./components/migration/migration";
import { Networks } from "./components/network/network";
import type { Providers } from "./components/providers.cjs";
import { Service } from "./components/service/service";
import { loadSettings } from "./config";

/**
 * Declares the whole stack from its configuration.
 * @returns the stack's outputs
 */
export async function declareStack(providers: Providers) {
  const settings = loadSettings();
  const { stack, database: databaseSettings, edge: edgeSettings } = settings;

  const hosts = new Hosts("hosts", { hosts: settings.hosts, actions: providers.actions });
  await hosts.requested();
  const edgeHost = hosts.get(edgeSettings.host);
  const networks = new Networks("network", {
    stack,
    host: edgeHost,
    ipv4Subnet: edgeSettings.ipv4Subnet,
    ipv6Subnet: edgeSettings.ipv6Subnet,
  });

  const database = new Database("database", {
    stack,
    host: hosts.get(databaseSettings.host),
    settings: databaseSettings,
    network: networks.database,
  });

  const migration = {
    stack,
    host: hosts.get(databaseSettings.host),
    settings: settings.migration,
    service: settings.services[settings.migration.service]!,
    database,
    databaseSettings,
    network: networks.database,
  };
  // A product that is recreated is migrated between the stop of the old release and the start of the new one.
  const migrated = settings.strategy === "rolling" ? [new Migration("migration", migration).done] : [];

  const services = Object.values(settings.services).map(
    (service) =>
      new Service(service.name, {
        stack,
        host: hosts.get(service.host),
        settings: service,
        networks,
        databaseHost: databaseSettings.hostname,
        after: [database.ready, ...migrated],
      }),
  );

  const certificates = new Certificates(
    "certificates",
    { settings: settings.certificates, stack },
    { providers: [providers.certificates] },
  );

  const edge = new Edge("edge", {
    stack,
    host: edgeHost,
    settings: edgeSettings,
    certificates: settings.certificates,
    dns: settings.dns,
    proxy: settings.outboundProxy,
    networks,
  });

  const page = {
    message: settings.maintenance.message,
    retryAfterSeconds: settings.maintenance.retryAfterSeconds,
  };
  const routes = new EdgeRoutes("routes", {
    stack,
    host: edgeHost,
    edge,
    settings: edgeSettings,
    services,
    certificates,
    trust: settings.certificates,
    ...(settings.strategy === "recreate"
      ? {
          cutover: {
            migration: migrationOf(migration),
            page,
            network: networks.edge,
          },
        }
      : {}),
    ...(settings.backup
      ? {
          move: {
            databaseHost: databaseSettings.hostname,
            container: database.container.id,
            database: databaseSettings.name,
            logins: [databaseSettings.roleNames.a, databaseSettings.roleNames.b],
            page,
            network: networks.edge,
          },
        }
      : {}),
  });

  if (settings.backup) {
    const backup = new Backup("backup", {
      stack,
      host: hosts.get(databaseSettings.host),
      settings: settings.backup,
      databaseSettings,
      network: networks.database,
      after: routes.applied,
    });
    if (settings.backup.pointInTime) {
      new WalArchive("wal", {
        stack,
        host: hosts.get(databaseSettings.host),
        settings: settings.backup,
        pointInTime: settings.backup.pointInTime,
        databaseSettings,
        network: networks.database,
        after: routes.applied,
      });
    }
    if (settings.backup.offsite) {
      const host = hosts.get(databaseSettings.host);
      new Shipper("shipper", {
        stack,
        host,
        settings: settings.backup,
        offsite: settings.backup.offsite,
        backup,
      });
    }
  }

  const addresses = settings.hosts[edgeSettings.host]?.addresses ?? [];
  const domains = Object.fromEntries(
    Object.keys(settings.certificates.domains).map((domain) => [domain, addresses]),
  );
  new Dns("dns", { settings: settings.dns, domains });

  const aliases = services.flatMap((service) => service.settings.aliases);
  const previous = services.flatMap(({ settings: { name: service, previous } }) =>
    previous.map(({ name, until }) => ({ service, name, until })),
  );

  const customCertificates = customOutputs(settings.certificates);
  const ssoCertificates = ssoOutputs(Object.values(settings.services));
  const clientCertificates = clientOutputs(settings.certificates);

  return {
    /** Service to the URL under which people reach it. */
    urls: Object.fromEntries(services.map(({ settings: { name, url } }) => [name, url])),

    /** Further names under which services are served; absent when there are none. */
    ...(aliases.length > 0 ? { aliases } : {}),

    /** Names that services had before and that are still answered: service, name, and when that ends; as above. */
    ...(previous.length > 0 ? { previous } : {}),

    ...(settings.dns.provider === "manual"
      ? {
          /** DNS records that people keep: name, type and address, with blanks between them. */
          dnsRecords: addressRecords(domains).map(
            ({ domain, type, address }) => `${domain} ${type} ${address}`,
          ),
        }
      : {}),

    ...(Object.keys(clientCertificates).length > 0
      ? {
          /** Name to what its clients are asked for: mode, truststore, generation, fingerprints of its authorities. */
          clientCertificates,
        }
      : {}),

    ...(Object.keys(customCertificates).length > 0
      ? {
          /** The operator's own certificates by the key that gives them: generation, fingerprints as in the file. */
          customCertificates,
        }
      : {}),

    ...(Object.keys(ssoCertificates).length > 0
      ? {
          /** Service to what its identity provider knows it by (inUse) and is to learn (announced): name, fingerprint. */
          ssoCertificates,
        }
      : {}),

    /** PEM of the private CA that clients must trust; undefined when no domain uses it. */
    caCertificate: certificates.caCertificate,

    /** Service to its release, 12 hex digits. */
    releases: Object.fromEntries(services.map((service) => [service.settings.name, service.release])),

    /** Host to its Docker endpoint. */
    dockerHosts: Object.fromEntries(
      Object.entries(settings.hosts).map(([name, host]) => [name, host.docker]),
    ),
  };
}

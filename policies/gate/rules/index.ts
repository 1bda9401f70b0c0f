import type { GateRule } from "../rule";
import { rule as action } from "./chg-action";
import { rule as backup } from "./chg-backup";
import { rule as backupFresh } from "./chg-backup-fresh";
import { rule as blast } from "./chg-blast";
import { rule as ca } from "./chg-ca";
import { rule as certCover } from "./chg-cert-cover";
import { rule as certInPlace } from "./chg-cert-in-place";
import { rule as certKey } from "./chg-cert-key";
import { rule as certTime } from "./chg-cert-time";
import { rule as clientCertificates } from "./chg-client-certificates";
import { rule as connections } from "./chg-connections";
import { rule as dbLeave } from "./chg-db-leave";
import { rule as dbMajor } from "./chg-db-major";
import { rule as dbMount } from "./chg-db-mount";
import { rule as dbPassword } from "./chg-db-password";
import { rule as dbVolume } from "./chg-db-volume";
import { rule as dns } from "./chg-dns";
import { rule as dnsCutover } from "./chg-dns-cutover";
import { rule as domain } from "./chg-domain";
import { rule as downgrade } from "./chg-downgrade";
import { rule as empty } from "./chg-empty";
import { rule as failClosed } from "./chg-fail-closed";
import { rule as hardenRegress } from "./chg-harden-regress";
import { rule as headroom } from "./chg-headroom";
import { rule as host } from "./chg-host";
import { rule as network } from "./chg-network";
import { rule as outside } from "./chg-outside";
import { rule as plaintext } from "./chg-plaintext";
import { rule as provider } from "./chg-provider";
import { rule as publish } from "./chg-publish";
import { rule as rename } from "./chg-rename";
import { rule as requires } from "./chg-requires";
import { rule as secret } from "./chg-secret";
import { rule as serviceRemoved } from "./chg-service-removed";
import { rule as session } from "./chg-session";
import { rule as signer } from "./chg-signer";
import { rule as ssoCertificate } from "./chg-sso-certificate";
import { rule as truststore } from "./chg-truststore";
import { rule as unprotect } from "./chg-unprotect";

/** All rules over the transition, those about data first. */
export const rules: GateRule[] = [
  dbVolume,
  dbLeave,
  unprotect,
  dbMount,
  dbMajor,
  dbPassword,
  backup,
  backupFresh,
  secret,
  session,
  publish,
  host,
  provider,
  network,
  rename,
  domain,
  certCover,
  certKey,
  certTime,
  certInPlace,
  ssoCertificate,
  ca,
  clientCertificates,
  truststore,
  dns,
  dnsCutover,
  downgrade,
  requires,
  signer,
  headroom,
  connections,
  serviceRemoved,
  empty,
  blast,
  hardenRegress,
  plaintext,
  action,
  outside,
  failClosed,
];
